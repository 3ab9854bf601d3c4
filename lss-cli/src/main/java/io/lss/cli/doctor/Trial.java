package io.lss.cli.doctor;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Opens a device as a store would, in a directory that is made for it and removed again, and asks it what it uses. */
final class Trial {

    /** The ring that a store has by default. */
    private static final int BUFFER = 1 << 20;

    private static final int BUFFERS = 8;

    private Trial() {}

    /** {@return how a store with default options opens a device} */
    static DeviceOptions options(boolean create) {
        return new DeviceOptions(create, create, Durability.SYNC, BUFFER, BUFFERS, Map.of());
    }

    /**
     * {@return what a device says of itself that is made in a directory for the occasion}
     *
     * @throws IOException if the directory cannot be made, or the device refuses, naming what is in the way
     */
    static Traits in(Path directory, DeviceProvider provider) throws IOException {
        Path trial = Files.createTempDirectory(directory, "lss-doctor-");
        try {
            URI location = trial.toUri();
            try (Device device = provider.open(location, options(true))) {
                device.allocate((long) BUFFERS * BUFFER);
                return device.traits();
            }
        } finally {
            remove(trial);
        }
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(directory)) {
            all = files.toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
        Files.delete(directory);
    }
}

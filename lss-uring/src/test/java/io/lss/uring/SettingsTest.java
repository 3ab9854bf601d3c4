package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    private static DeviceOptions options(Map<String, String> properties) {
        return new DeviceOptions(true, false, Durability.SYNC, 64 << 10, 8, properties);
    }

    @Test
    void theDefaultsAreAutoAndDepthFour() {
        assertEquals(new Settings("auto", "auto", Preallocation.Way.AUTO, 4, 8, 4), Settings.of(options(Map.of())));
    }

    @Test
    void everyPropertyIsTaken() {
        assertEquals(
                new Settings("none", "rwf_dsync", Preallocation.Way.FALLOCATE, 2, 1, 0),
                Settings.of(options(Map.of(
                        "library", "none", "durable", "rwf_dsync", "preallocate", "fallocate", "depth", "2", "readers",
                        "1", "spares", "0"))));
    }

    @Test
    void aWrongPropertyIsRefusedBeforeAnythingIsTouched(@TempDir Path parent) {
        Path location = parent.resolve("store");
        var provider = new UringDeviceProvider();
        var failure = assertThrows(
                IllegalArgumentException.class, () -> provider.open(location.toUri(), options(Map.of("direct", "on"))));
        assertEquals(
                "provider uring has no property 'direct'; it has depth, durable, library, preallocate, readers, spares",
                failure.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> provider.open(location.toUri(), options(Map.of("durable", "fsync"))));
        assertFalse(Files.exists(location));
    }

    @Test
    void theTraitsTellWhatIsInUse(@TempDir Path directory) throws Exception {
        try (Device device = new UringDeviceProvider()
                .open(directory.toUri(), options(Map.of("library", "none", "durable", "fdatasync")))) {
            assertEquals(4, device.traits().depth());
            assertFalse(device.traits().anyThread());
            assertFalse(device.traits().volatileMedium());
            assertEquals(Files.getFileStore(directory).getBlockSize(), device.traits().blockSize());
            String description = device.traits().description();
            assertTrue(description.startsWith("io_uring by system calls, O_DIRECT, "), description);
            assertTrue(
                    description.endsWith(", segments zero-filled if there is time, 512 KiB registered, durable: lone fdatasync, batch"
                            + " fdatasync, large fdatasync (set)"),
                    description);
        }
    }

    @Test
    void aMeasurementIsKeptBesideTheStoreAndTakenFromThere(@TempDir Path directory) throws Exception {
        var provider = new UringDeviceProvider();
        String first;
        try (Device device = provider.open(directory.toUri(), options(Map.of()))) {
            first = device.traits().description();
            assertTrue(first.endsWith(" (measured)"), first);
        }
        Path file = directory.resolve("measured");
        Files.writeString(file, Files.readString(file).replaceAll("lone=.*", "lone=fdatasync"));
        try (Device device = provider.open(directory.toUri(), options(Map.of()))) {
            String again = device.traits().description();
            assertTrue(again.contains("durable: lone fdatasync, "), again);
        }
        Files.writeString(file, "lss-uring 2\nmedium=another\nlone=fdatasync\nbatch=fdatasync\nlarge=fdatasync\n");
        try (Device device = provider.open(directory.toUri(), options(Map.of()))) {
            assertEquals(first, device.traits().description());
        }
    }

    @Test
    void aMeasurementThatMakesNoSenseIsNone() {
        DurableChoice choice = new DurableChoice(Durable.PWRITEV2, Durable.RWF_DSYNC, Durable.FDATASYNC, "measured");
        String text = KnownDurable.format(choice, "m");
        assertEquals(Optional.of(choice), KnownDurable.parse(text, "m"));
        assertEquals(Optional.empty(), KnownDurable.parse(text, "other"));
        assertEquals(Optional.empty(), KnownDurable.parse("", "m"));
        assertEquals(Optional.empty(), KnownDurable.parse(text.replace("rwf_dsync", "pwritev2"), "m"));
        assertEquals(Optional.empty(), KnownDurable.parse(text.replace("rwf_dsync", "magic"), "m"));
        assertEquals(Optional.empty(), KnownDurable.parse(text.replace("lss-uring 2", "lss-uring 1"), "m"));
    }
}

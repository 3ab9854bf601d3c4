package io.lss.tck.device;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What the contracts of providers on local files have in common. */
@Tag(LocalContract.TAG)
public abstract class LocalContract {

    /** The tag of every test of a contract, so that a build can run these again in another way. */
    public static final String TAG = "contract";

    /** The length of a flush buffer, in bytes. */
    protected static final int BUFFER = 64 << 10;

    /** The length of most segments, in bytes. */
    protected static final long SEGMENT = 1 << 20;

    /** Where the store is; a directory of its own for each test. Not in memory: a provider may need a disk. */
    @TempDir
    protected Path directory;

    /** For subclasses. */
    protected LocalContract() {}

    /** {@return the provider under test} */
    protected abstract DeviceProvider provider();

    /** {@return with which properties it is opened; none unless overridden} */
    protected Map<String, String> properties() {
        return Map.of();
    }

    /**
     * {@return options to open or create with}
     *
     * @param properties on top of {@link #properties()}: key, value, key, value
     */
    protected final DeviceOptions options(String... properties) {
        Map<String, String> all = new HashMap<>(properties());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return new DeviceOptions(true, false, Durability.SYNC, BUFFER, 4, all);
    }

    /**
     * {@return the device in the test's directory}
     *
     * @param properties as of {@link #options}
     * @throws IOException if it cannot be opened
     */
    protected final Device open(String... properties) throws IOException {
        return openAt(directory, properties);
    }

    /**
     * {@return the device in a directory}
     *
     * @param location which
     * @param properties as of {@link #options}
     * @throws IOException if it cannot be opened
     */
    protected final Device openAt(Path location, String... properties) throws IOException {
        return provider().open(location.toUri(), options(properties));
    }

    /**
     * {@return the file of a segment, as docs/FORMAT.md names it}
     *
     * @param number less than 10
     */
    protected final Path segmentFile(int number) {
        return directory.resolve("seg-000000000000000" + number + ".lss");
    }

    /**
     * {@return the names of the files in a directory, but for what a provider may have measured; ascending}
     *
     * @param directory which
     * @throws IOException if it cannot be read
     */
    protected static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("measured"))
                    .sorted()
                    .toList();
        }
    }
}

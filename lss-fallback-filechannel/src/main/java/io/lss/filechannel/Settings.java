package io.lss.filechannel;

import io.lss.localfiles.ProviderProperties;
import io.lss.spi.flush.DeviceOptions;
import java.util.List;
import java.util.Set;

/**
 * The provider's properties, checked; see {@link FileChannelDeviceProvider}.
 *
 * @param direct {@code auto}, {@code on} or {@code off}
 * @param zeroFill whether new segments are filled with zeros
 * @param writers how many threads write
 * @param readers how many threads read, at most
 * @param spares how many files may wait for reuse
 */
record Settings(String direct, boolean zeroFill, int writers, int readers, int spares) {

    static final String DIRECT_AUTO = "auto";
    static final String DIRECT_ON = "on";
    static final String DIRECT_OFF = "off";

    private static final String DIRECT = "direct";
    private static final String PREALLOCATE = "preallocate";
    private static final String WRITERS = "writers";
    private static final String READERS = "readers";
    private static final String SPARES = "spares";

    private static final String ZERO = "zero";
    private static final String SPARSE = "sparse";

    private static final int MOST_WRITERS_BY_DEFAULT = 4;
    private static final int READERS_BY_DEFAULT = 8;
    private static final int MAX_THREADS = 64;
    private static final int SPARES_BY_DEFAULT = 4;
    private static final int MAX_SPARES = 1024;

    /** {@return what the user asked for} */
    static Settings of(DeviceOptions options) {
        ProviderProperties properties = new ProviderProperties(
                FileChannelDeviceProvider.NAME,
                options.properties(),
                Set.of(DIRECT, PREALLOCATE, WRITERS, READERS, SPARES));
        int writers = Math.max(1, Math.min(MOST_WRITERS_BY_DEFAULT, options.buffers()));
        return new Settings(
                properties.choice(DIRECT, List.of(DIRECT_AUTO, DIRECT_ON, DIRECT_OFF)),
                properties.choice(PREALLOCATE, List.of(ZERO, SPARSE)).equals(ZERO),
                properties.number(WRITERS, writers, 1, MAX_THREADS),
                properties.number(READERS, READERS_BY_DEFAULT, 1, MAX_THREADS),
                properties.number(SPARES, SPARES_BY_DEFAULT, 0, MAX_SPARES));
    }
}

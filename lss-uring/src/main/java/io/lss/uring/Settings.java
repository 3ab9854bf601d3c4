package io.lss.uring;

import io.lss.localfiles.ProviderProperties;
import io.lss.spi.flush.DeviceOptions;
import io.lss.uring.linux.RingLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The provider's properties, checked; see {@link UringDeviceProvider}.
 *
 * @param library {@code auto}, {@code none}, or the path of a liburing
 * @param durable {@code auto}, or the {@link Durable#word()} of one way for all
 * @param preallocate how the files of new segments are made
 * @param depth how many writes in flight are worth having
 * @param readers how many threads read for virtual threads, at most
 * @param spares how many files may wait for reuse
 */
record Settings(String library, String durable, Preallocation.Way preallocate, int depth, int readers, int spares) {

    static final String LIBRARY = "library";
    static final String DURABLE_AUTO = "auto";

    private static final String DURABLE = "durable";
    private static final String PREALLOCATE = "preallocate";
    private static final String DEPTH = "depth";
    private static final String READERS = "readers";
    private static final String SPARES = "spares";

    private static final int DEPTH_BY_DEFAULT = 4;
    private static final int MAX_DEPTH = 64;
    private static final int READERS_BY_DEFAULT = 8;
    private static final int MAX_THREADS = 64;
    private static final int SPARES_BY_DEFAULT = 4;
    private static final int MAX_SPARES = 1024;

    /** {@return what the user asked for} */
    static Settings of(DeviceOptions options) {
        ProviderProperties properties = new ProviderProperties(
                UringDeviceProvider.NAME,
                options.properties(),
                Set.of(LIBRARY, DURABLE, PREALLOCATE, DEPTH, READERS, SPARES));
        List<String> ways = new ArrayList<>(List.of(DURABLE_AUTO));
        ways.addAll(Durable.words());
        int depth = Math.max(1, Math.min(DEPTH_BY_DEFAULT, options.buffers()));
        return new Settings(
                options.properties().getOrDefault(LIBRARY, libraryByDefault()),
                properties.choice(DURABLE, ways),
                Preallocation.Way.of(properties.choice(PREALLOCATE, Preallocation.Way.words())),
                properties.number(DEPTH, depth, 1, MAX_DEPTH),
                properties.number(READERS, READERS_BY_DEFAULT, 1, MAX_THREADS),
                properties.number(SPARES, SPARES_BY_DEFAULT, 0, MAX_SPARES));
    }

    /** {@return what the system property says, without which it is {@code auto}} */
    static String libraryByDefault() {
        return System.getProperty(UringDeviceProvider.LIBRARY_PROPERTY, RingLibrary.AUTO);
    }
}

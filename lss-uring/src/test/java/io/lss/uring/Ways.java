package io.lss.uring;

import io.lss.localfiles.StoreDirectory;
import io.lss.spi.flush.DeviceProvider;
import io.lss.uring.linux.RingLibrary;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The two ways to call io_uring, in tests. */
final class Ways {

    /** A class of each module that a user puts on the path, but for the engine. */
    static final List<Class<?>> PRODUCT = List.of(DeviceProvider.class, StoreDirectory.class, UringDeviceProvider.class);

    static final String MODULE = "io.lss.uring";

    /** Through the kernel's system calls, liburing or not. */
    static final Map<String, String> SYSTEM_CALLS = Map.of("library", "none");

    private Ways() {}

    /** {@return the properties for liburing, if that is installed; otherwise the test is skipped} */
    static Map<String, String> liburing() {
        String found;
        try {
            found = RingLibrary.of(RingLibrary.AUTO).description();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Assumptions.assumeTrue(found.startsWith("liburing"), "SKIPPED: " + found);
        return Map.of("library", "auto");
    }

    static List<String> flags(String module) {
        return List.of("--enable-native-access=" + module);
    }
}

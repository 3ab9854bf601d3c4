package io.lss.uring.linux;

import java.lang.foreign.ValueLayout;
import java.util.Set;

/**
 * Whether this is a machine whose system calls are known here. Plain Java: it may be asked anywhere.
 *
 * <p>The numbers of io_uring's calls are the same on every architecture but Alpha; the flags of {@code open} are not.
 */
public final class Platform {

    /** As {@code os.arch} names them: little-endian, 64 bits, and with open flags that {@link FileCalls} knows. */
    private static final Set<String> KNOWN = Set.of("amd64", "aarch64", "riscv64");

    private Platform() {}

    /** {@return whether the operating system is Linux} */
    public static boolean isLinux() {
        return System.getProperty("os.name", "").equals("Linux");
    }

    /** {@return whether addresses have 64 bits} */
    public static boolean is64Bit() {
        return ValueLayout.ADDRESS.byteSize() == Long.BYTES;
    }

    /** {@return whether the processor is one whose constants are known here} */
    public static boolean isKnownProcessor() {
        return KNOWN.contains(processor());
    }

    /** {@return what Java calls the processor} */
    public static String processor() {
        return System.getProperty("os.arch", "");
    }

    /** {@return whether the flags of {@code open} are those of 64-bit ARM} */
    static boolean isArm() {
        return processor().equals("aarch64");
    }
}

package io.lss.uring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the calling thread may do and what is done to its calls, as the system tells it in {@code /proc}. In a namespace of its own a user may seem to be
 * anybody; to the kernel, and so here, such a user is an ordinary one.
 */
final class Privileges {

    /** CAP_IPC_LOCK: no limit on locked memory. */
    static final int IPC_LOCK = 14;

    /** CAP_SYS_ADMIN: among much else io_uring where it is switched off for ordinary users. */
    static final int SYS_ADMIN = 21;

    /** Of the thread: privileges and filters are a thread's. */
    private static final Path STATUS = Path.of("/proc/thread-self/status");

    private static final Path USERS = Path.of("/proc/self/uid_map");

    private Privileges() {}

    /** {@return whether it has a capability in the eyes of the whole system; false if that cannot be found out} */
    static boolean has(int capability) {
        return isInFirstNamespace() && status("CapEff").map(mask -> (Long.parseUnsignedLong(mask, 16) >>> capability & 1) != 0)
                .orElse(false);
    }

    /** All users there are, mapped to themselves. */
    private static boolean isInFirstNamespace() {
        return read(USERS).strip().matches("0\\s+0\\s+4294967295");
    }

    /** {@return whether a seccomp filter stands before its system calls} */
    static boolean isFiltered() {
        return status("Seccomp").filter("2"::equals).isPresent();
    }

    private static Optional<String> status(String key) {
        return read(STATUS).lines()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    /** {@return what is in a file of the system; empty if it cannot be read} */
    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }
}

package io.lss.uring;

import io.lss.uring.linux.Errno;
import io.lss.uring.linux.Platform;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why io_uring cannot be had here, and what the user can do: from what the system says of itself. */
final class Refusals {

    /** 0: for all; 1: for the privileged and one group; 2: for nobody. Linux 6.6. */
    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

    private static final String SWITCH_ON =
            "sysctl kernel.io_uring_disabled=0, or put the user into the group of kernel.io_uring_group";
    private static final String ALLOW = "allow io_uring_setup, io_uring_enter and io_uring_register in the seccomp profile of"
            + " the container or service";

    private Refusals() {}

    /** {@return why native code must not be touched here, or not at all; null if it may} */
    static @org.jspecify.annotations.Nullable UnavailableException ofPlatform() {
        if (!Platform.isLinux()) {
            return new UnavailableException(
                    "io_uring is of Linux, and this is " + System.getProperty("os.name"), "");
        }
        if (!Platform.is64Bit() || !Platform.isKnownProcessor()) {
            return new UnavailableException(
                    "the processor is " + Platform.processor() + ", and the provider knows the 64-bit system calls of"
                            + " amd64, aarch64 and riscv64",
                    Platform.is64Bit() ? "" : "use a 64-bit Java run time");
        }
        Module module = Refusals.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return new UnavailableException(
                    "native access is denied",
                    "run java with --enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
        return null;
    }

    /** {@return why no request goes through a ring, though it could be set up: the kernel puts all of them off} */
    static UnavailableException ofRequests(int errno) {
        return new UnavailableException(
                "io_uring refuses every request (" + Errno.text(errno) + ")",
                "look at the memory that is left to the machine, and to the container or service (memory.max)");
    }

    /** {@return why a ring could not be set up} */
    static UnavailableException ofRing(SystemCallException e) {
        String called = "a ring of io_uring cannot be set up (" + Errno.text(e.errno()) + ")";
        return switch (e.errno()) {
            case Errno.EPERM -> ofPermission(called);
            case Errno.ENOSYS -> Files.exists(DISABLED)
                    ? new UnavailableException(
                            "a seccomp filter hides io_uring (ENOSYS, but the kernel has it)",
                            ALLOW)
                    : new UnavailableException(
                            "this kernel (" + System.getProperty("os.version")
                                    + ") has no io_uring, or a seccomp filter hides it (ENOSYS)",
                            "use Linux 6.1 or newer, or allow io_uring in the seccomp profile");
            case Errno.ENOMEM -> ofMemory(LockedMemory.limit(), Privileges.has(Privileges.IPC_LOCK));
            case Errno.EMFILE, Errno.ENFILE -> new UnavailableException(
                    "no descriptor for a ring of io_uring (" + Errno.text(e.errno()) + ")",
                    "raise the limit on open files (ulimit -n)");
            default -> new UnavailableException(called, "");
        };
    }

    private static UnavailableException ofPermission(String called) {
        String disabled = Privileges.read(DISABLED).strip();
        if (disabled.equals("2")) {
            return new UnavailableException(
                    "io_uring is switched off for everybody: kernel.io_uring_disabled=2",
                    "sysctl kernel.io_uring_disabled=0");
        }
        boolean filtered = Privileges.isFiltered();
        if (disabled.equals("1") && !Privileges.has(Privileges.SYS_ADMIN)) {
            // The filter comes first, so that what the kernel would have said is not known.
            return filtered
                    ? new UnavailableException(
                            "io_uring is switched off for ordinary users (kernel.io_uring_disabled=1), and a seccomp filter is"
                                    + " there, which may forbid it too (EPERM)",
                            SWITCH_ON + "; if it is refused then, too, " + ALLOW)
                    : new UnavailableException(
                            "io_uring is switched off for ordinary users: kernel.io_uring_disabled=1", SWITCH_ON);
        }
        if (filtered) {
            return new UnavailableException("a seccomp filter forbids io_uring (EPERM)", ALLOW);
        }
        return new UnavailableException(called, "look at kernel.io_uring_disabled and at the security modules (SELinux)");
    }

    /** Of ENOMEM, under a limit on locked memory that does not hold for the privileged. */
    static UnavailableException ofMemory(String limit, boolean privileged) {
        if (privileged || limit.equals(LockedMemory.UNLIMITED)) {
            return new UnavailableException(
                    "the kernel has no memory for a ring of io_uring (ENOMEM), and "
                            + (privileged ? "CAP_IPC_LOCK is held" : "the limit on locked memory is unlimited"),
                    "free memory, or raise what the container or service may have (memory.max of its cgroup, MemoryMax=)");
        }
        return new UnavailableException(
                "a ring of io_uring does not fit into the memory that may be locked: limit=" + limit, LockedMemory.remedy());
    }
}

package io.lss.uring;

import io.lss.localfiles.Medium;
import io.lss.localfiles.StoreDirectory;
import io.lss.uring.linux.DirectAlignment;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.UnavailableException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the file system of a directory says of O_DIRECT, found out on a file that nobody sees: without a name where the file system can do
 * that (O_TMPFILE), removed at once where it cannot.
 */
final class DirectTrial {

    /** rw-------. */
    private static final int MODE = 0600;

    /** ext4 first: on xfs the kernel was seen to put some writes off to workers, see docs/decisions/uring-provider.md. */
    private static final String ELSEWHERE =
            "put the store on a file system that has it: ext4, or xfs, on a disk";

    /** The first Linux that answers STATX_DIOALIGN. */
    private static final int[] SINCE = {6, 1};

    private DirectTrial() {}

    /**
     * {@return the alignment of direct transfers}
     *
     * @param directory one that exists
     * @throws UnavailableException if direct transfers are refused or not honoured, or are in larger units than a store can do
     */
    static DirectAlignment in(Path directory) throws UnavailableException {
        int fd = openNameless(directory, FileCalls.O_DIRECT);
        try {
            DirectAlignment alignment = DirectAlignment.of(fd);
            if (alignment == null) {
                throw notHonoured(directory);
            }
            blockSize(alignment, Medium.of(directory));
            return alignment;
        } catch (SystemCallException e) {
            throw refused(directory, e.errno());
        } finally {
            FileCalls.close(fd);
        }
    }

    /**
     * {@return the descriptor of a file without a name; the caller closes it}
     *
     * @param directory one that exists
     * @param flags {@link FileCalls#O_DIRECT} or 0
     * @throws UnavailableException if there is none to be had
     */
    static int openNameless(Path directory, int flags) throws UnavailableException {
        int fd = FileCalls.open(directory, FileCalls.O_TMPFILE | FileCalls.O_RDWR | flags, MODE);
        if (fd == -Errno.EOPNOTSUPP || fd == -Errno.EINVAL) {
            Path named = StoreDirectory.trialFileIn(directory);
            fd = FileCalls.open(named, FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_RDWR | flags, MODE);
            if (fd >= 0 || fd == -Errno.EINVAL) {
                FileCalls.unlink(named); // a file system that refuses the flag may have made the file all the same
            }
        }
        if (fd < 0) {
            throw refused(directory, -fd);
        }
        return fd;
    }

    private static UnavailableException refused(Path directory, int errno) {
        return switch (errno) {
            case Errno.EINVAL, Errno.EOPNOTSUPP -> new UnavailableException(
                    "O_DIRECT is refused by " + Medium.of(directory).type() + " in " + directory,
                    ELSEWHERE);
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> new UnavailableException(
                    "no file can be made in " + directory + " (" + Errno.text(errno) + ")",
                    "run as somebody who may write there, or choose another location");
            default -> new UnavailableException(
                    "O_DIRECT cannot be tried in " + directory + " (" + Errno.text(errno) + ")", "");
        };
    }

    private static UnavailableException notHonoured(Path directory) {
        String version = System.getProperty("os.version", "");
        if (isOlder(version)) {
            return new UnavailableException(
                    "this kernel (" + version + ") does not say whether O_DIRECT is honoured (STATX_DIOALIGN)",
                    "use Linux 6.1 or newer");
        }
        return new UnavailableException(
                "O_DIRECT is not honoured by " + Medium.of(directory).type() + " in " + directory
                        + " (it gives no STATX_DIOALIGN)",
                ELSEWHERE);
    }

    private static boolean isOlder(String version) {
        int @Nullable [] parts = numbers(version);
        return parts != null && (parts[0] < SINCE[0] || (parts[0] == SINCE[0] && parts[1] < SINCE[1]));
    }

    private static int @Nullable [] numbers(String version) {
        String[] parts = version.split("[^0-9]+", 3);
        try {
            return parts.length < 2 ? null : new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * {@return the unit of transfers in bytes: what the file system is laid out in, and at least what direct transfers ask for}
     *
     * @throws UnavailableException if no store can do that
     */
    static int blockSize(DirectAlignment alignment, Medium medium) throws UnavailableException {
        int unit = Math.max(alignment.offset(), medium.blockSize());
        if (unit > 1 << 16 || Integer.bitCount(unit) != 1) {
            throw new UnavailableException(
                    "direct transfers in units of " + unit + " bytes are more than a store can do (65536)", "");
        }
        return unit;
    }
}

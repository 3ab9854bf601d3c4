package io.lss.uring;

import io.lss.localfiles.FileUri;
import io.lss.spi.flush.Probe;
import io.lss.uring.linux.DirectAlignment;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.RingCalls;
import io.lss.uring.linux.RingLibrary;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether io_uring can serve a location, by trying: a ring, one request through it, and a file that nobody sees. */
final class UringProbe {

    private static final int ENTRIES = 4;
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private UringProbe() {}

    /** {@return whether, and if not why and what to do} */
    static Probe of(URI location, String library) {
        if (!FileUri.isLocal(location)) {
            return Probe.unavailable(
                    "location " + location + " is not on the local file system",
                    "give a path or a URI that begins with file:");
        }
        UnavailableException platform = Refusals.ofPlatform();
        if (platform != null) {
            return Probe.unavailable(platform.reason(), platform.remedy());
        }
        try {
            Path path = FileUri.toPath(location);
            RingCalls calls = RingLibrary.of(library);
            tryRing(calls);
            DirectAlignment alignment = DirectTrial.in(nearestDirectory(path));
            return Probe.available("io_uring by " + calls.description() + ", O_DIRECT in blocks of " + alignment.offset());
        } catch (UnavailableException e) {
            return Probe.unavailable(e.reason(), e.remedy());
        } catch (IOException e) {
            return Probe.unavailable(String.valueOf(e.getMessage()), "");
        } catch (LinkageError e) {
            // The C library lacks a function.
            return Probe.unavailable("the C library cannot be bound: " + rootCause(e), "use glibc 2.28 or newer");
        }
    }

    private static String rootCause(Throwable t) {
        Throwable cause = t.getCause();
        return cause == null ? t.toString() : rootCause(cause);
    }

    /** One request goes through: a filter may let some of the calls pass and others not. */
    static void tryRing(RingCalls calls) throws UnavailableException {
        try (Ring ring = new Ring(calls, ENTRIES)) {
            ring.fill(Ring.OP_NOP, 0, -1, 0, 0, 0, 0, 0, 1);
            int[] answered = {0};
            Refused refused = new Refused();
            long start = System.nanoTime();
            int result = 0;
            while (answered[0] == 0 && System.nanoTime() - start < PATIENCE_NANOS) {
                result = ring.await(PATIENCE_NANOS, ring.publish());
                if (result < 0 && !RequestResult.isPassing(result)) {
                    throw new SystemCallException("io_uring_enter", -result, "entries=" + ENTRIES);
                }
                ring.reap((userData, ended) -> answered[0]++);
                if (answered[0] == 0 && RequestResult.isRefusedForNow(result) && !refused.again()) {
                    break;
                }
            }
            if (answered[0] == 0 && RequestResult.isRefusedForNow(result)) {
                throw Refusals.ofRequests(-result);
            }
            if (answered[0] == 0) {
                throw new UnavailableException("a ring of io_uring does not answer", "");
            }
            int registered = ring.registerFiles(1);
            if (registered == -Errno.EPERM || registered == -Errno.ENOSYS) {
                throw new SystemCallException("io_uring_register", -registered, "files=1");
            }
        } catch (SystemCallException e) {
            throw Refusals.ofRing(e);
        }
    }

    /**
     * Tries what a device will need, before one is made: nothing is left behind where it cannot be had.
     *
     * @throws UnavailableException if it cannot be had. What is wrong with the location itself is not said: the opening will say it
     */
    static void check(Path location, RingCalls calls) throws UnavailableException {
        tryRing(calls);
        Path directory;
        try {
            directory = nearestDirectory(location);
        } catch (UnavailableException e) {
            return;
        }
        if (Files.isWritable(directory)) {
            DirectTrial.in(directory);
        }
    }

    private static Path nearestDirectory(Path location) throws UnavailableException {
        for (@Nullable Path path = location; path != null; path = path.getParent()) {
            if (Files.isDirectory(path)) {
                return path;
            }
        }
        throw new UnavailableException("there is no directory above " + location, "correct the path");
    }
}

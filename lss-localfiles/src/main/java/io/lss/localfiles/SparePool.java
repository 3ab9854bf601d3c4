package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which files may be reused, and which wait for it (F10). It does no I/O of its own but to remove.
 *
 * <p>A file may be reused only if this pool saw it being created: in a file of another owner, dead but with requests still on
 * their way to the disk, anything may be overwritten at any moment.
 */
final class SparePool {

    /** A file that waits for reuse. */
    private record Spare(Path file, long bytes) {}

    private final int capacity;
    /** Segments that were created here, not shortened and not deleted; number to length in bytes. */
    private final Map<Long, Long> reusable = new HashMap<>();

    private final Deque<Spare> waiting = new ArrayDeque<>();

    SparePool(int capacity) {
        this.capacity = capacity;
    }

    /** A segment was created with this many bytes. */
    void created(long number, long bytes) {
        reusable.put(number, bytes);
    }

    /** A segment's file has got shorter, or is gone. */
    void forget(long number) {
        reusable.remove(number);
    }

    /** {@return whether the file of this segment should be kept when it is deleted} */
    boolean wants(long number) {
        return waiting.size() < capacity && reusable.containsKey(number);
    }

    /** The file of a deleted segment waits under another name now. */
    void keep(long number, Path file) {
        Long bytes = reusable.remove(number);
        if (bytes == null) {
            throw new IllegalStateException("segment " + number + " was not created here");
        }
        waiting.addLast(new Spare(file, bytes));
    }

    /** {@return whether a file of this length waits} */
    boolean has(long bytes) {
        return waiting.stream().anyMatch(spare -> spare.bytes() == bytes);
    }

    /** {@return a file of this length, which is the caller's from now on} */
    Optional<Path> take(long bytes) {
        Optional<Spare> match =
                waiting.stream().filter(spare -> spare.bytes() == bytes).findFirst();
        match.ifPresent(waiting::remove);
        return match.map(Spare::file);
    }

    /** {@return whether no file waits} */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Gives all that waits back to the system. */
    void clear() throws IOException {
        IOException first = null;
        for (Spare spare = waiting.pollFirst(); spare != null; spare = waiting.pollFirst()) {
            try {
                Files.deleteIfExists(spare.file());
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

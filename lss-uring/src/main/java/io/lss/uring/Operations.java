package io.lss.uring;

import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * All operations of a device: each is alive, or has ended and is to be told, or was told. Linked through themselves, so that nothing here
 * allocates.
 */
final class Operations {

    private static final System.Logger LOGGER = System.getLogger(Operations.class.getName());

    // Guarded by the queue's submission lock.
    private @Nullable Operation alive;
    private @Nullable Operation firstEnded;
    private @Nullable Operation lastEnded;

    /** The first of those that are being told. Guarded by the queue's completion lock. */
    private @Nullable Operation untold;

    /** One more is alive. */
    void add(Operation operation) {
        operation.next = alive;
        if (alive != null) {
            alive.previous = operation;
        }
        alive = operation;
    }

    /** It is over without anybody being told, unless it has ended before. {@return whether so} */
    boolean forget(Operation operation) {
        if (operation.ended) {
            return false;
        }
        operation.ended = true;
        Operation before = operation.previous;
        Operation after = operation.next;
        if (before == null) {
            alive = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        operation.previous = null;
        operation.next = null;
        operation.segment.end();
        return true;
    }

    /** It has ended, and is to be told; unless it had ended before. */
    void end(Operation operation, @Nullable IOException failure) {
        if (!forget(operation)) {
            return;
        }
        operation.end(failure);
        Operation last = lastEnded;
        if (last == null) {
            firstEnded = operation;
        } else {
            last.next = operation;
        }
        lastEnded = operation;
    }

    /** All that are alive have failed. */
    void endAll(IOException failure) {
        for (Operation operation = alive; operation != null; operation = alive) {
            end(operation, failure);
        }
    }

    /** What has ended is told by the next {@link #tell}. Holder of both locks. */
    void collect() {
        Operation first = firstEnded;
        if (first == null) {
            return;
        }
        firstEnded = null;
        lastEnded = null;
        Operation last = untold;
        if (last == null) {
            untold = first;
        } else {
            while (last.next != null) {
                last = last.next;
            }
            last.next = first;
        }
    }

    /** Tells what was {@linkplain #collect collected}. {@return how many} Holder of the completion lock, and not of the other. */
    int tell() {
        int count = 0;
        for (Operation operation = untold; operation != null; operation = untold) {
            // Taken out first: a completion that throws is not told again.
            untold = operation.next;
            operation.next = null;
            tell(operation);
            count++;
        }
        return count;
    }

    /** A completion neither blocks nor throws (F2); if one throws all the same, the others are told nevertheless. */
    static void tell(Operation operation) {
        try {
            operation.tell();
        } catch (Throwable t) {
            log(t);
        }
    }

    private static void log(Throwable t) {
        try {
            LOGGER.log(Level.ERROR, "a completion threw; the operation has ended all the same", t);
        } catch (Throwable unloggable) {
            // No memory even for that. The next is told.
        }
    }
}

package io.lss.it.guide;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreClosedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Consumer;

/** A queue of work with many producers and one consumer. Where the log begins is where the consumer is. */
final class WorkQueue {

    private static final int BATCH = 1000;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final LogStructuredStore log;

    WorkQueue(LogStructuredStore log) {
        this.log = log;
    }

    /** Returns when the work survives power loss. {@return its place in the queue} */
    long offer(byte[] work) throws IOException {
        long lsn = log.append(work);
        log.awaitStable(lsn);
        return lsn;
    }

    /** Hands all work to the worker, waiting for more, until the store is closed. What was not trimmed yet comes again: at most a batch. */
    void consume(Consumer<MemorySegment> worker) throws IOException {
        try (RecordCursor tail = log.tail(log.beginLsn())) {
            int taken = 0;
            long last = 0;
            while (true) {
                boolean found = tail.next(PAUSE);
                if (found) {
                    worker.accept(tail.payload()); // read-only, and valid until the next call of next
                    last = tail.lsn();
                    taken++;
                }
                if (taken == BATCH || (!found && taken > 0)) {
                    log.trimBefore(last + 1); // durable on return; space comes back segment by segment
                    taken = 0;
                }
            }
        } catch (StoreClosedException closed) {
            return; // close() ends a waiting tail
        }
    }
}

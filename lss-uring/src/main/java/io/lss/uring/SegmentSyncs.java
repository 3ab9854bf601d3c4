package io.lss.uring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a sync of one segment: syncs that were asked for, and durable writes whose data is written. Guarded by the queue's
 * submission lock.
 *
 * <p>At most one sync is under way; those asked for meanwhile are gathered, and one that begins afterwards serves them all: whatever had
 * completed when any of them was asked for has completed when it begins (F3). One at a time also because the system reports a
 * failed write-back once per open file: of two only one would hear of it. For the same reason a failed sync is the last (F4).
 */
final class SegmentSyncs {

    private final SyncRequest request;
    private List<Operation> waiting = new ArrayList<>();

    /** Whether a sync was asked for, so that the next begins at once; durable writes wait for those beside them. */
    private boolean asked;

    /** Durable writes that will wait here and are still under way. */
    private int coming;

    private boolean scheduled;
    private @Nullable IOException failure;

    SegmentSyncs(UringSegment segment) {
        this.request = new SyncRequest(segment);
    }

    /** A sync was asked for. */
    void ask(Operation operation) {
        waiting.add(operation);
        asked = true;
    }

    /** A durable write was handed to the kernel that will need a sync. */
    void expect() {
        coming++;
    }

    /** That write has failed. */
    void expectNoMore() {
        coming--;
    }

    /** That write has completed. */
    void written(Operation operation) {
        coming--;
        waiting.add(operation);
    }

    /** {@return a sync to be queued now; null if none is due} */
    @Nullable SyncRequest schedule() {
        if (scheduled || failure != null || waiting.isEmpty() || !(asked || coming == 0)) {
            return null;
        }
        scheduled = true;
        request.reset();
        return request;
    }

    /** {@return those to be served by the sync that begins now} */
    List<Operation> begin() {
        List<Operation> served = waiting;
        waiting = new ArrayList<>();
        asked = false;
        return served;
    }

    /** That sync has ended. */
    void end(@Nullable IOException why) {
        scheduled = false;
        failure = why;
    }

    /** {@return why no sync of this segment will ever succeed; null while one may} */
    @Nullable IOException failure() {
        return failure;
    }

    /** {@return all who wait, and nobody does any more} */
    List<Operation> takeAll() {
        return begin();
    }
}

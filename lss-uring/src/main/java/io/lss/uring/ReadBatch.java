package io.lss.uring;

import io.lss.localfiles.crew.Unexpected;
import io.lss.spi.flush.ReadRequest;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The reads of one batch, and how far each is. Used by one thread at a time.
 *
 * <p>Invariants: each request is completed once; a segment is entered, and left, once for each request that needs it. All memory for that is
 * had before the first request is touched, so that nothing here fails afterwards.
 */
final class ReadBatch {

    private final ReadRequest[] requests;
    private final boolean[] done;
    private final boolean[] entered;

    /** There may be no memory for it: an OutOfMemoryError. */
    ReadBatch(List<ReadRequest> batch) {
        requests = batch.toArray(ReadRequest[]::new);
        done = new boolean[requests.length];
        entered = new boolean[requests.length];
    }

    int size() {
        return requests.length;
    }

    ReadRequest get(int index) {
        return requests[index];
    }

    /** {@return whether a request has been completed} */
    boolean isDone(int index) {
        return done[index];
    }

    /** {@return whether the segment of a request stays open until {@link #leave}} */
    boolean isEntered(int index) {
        return entered[index];
    }

    /** Keeps the segments of those open that are not done yet and pass. {@return how many these are} */
    int enter(Predicate<ReadRequest> which) {
        int count = 0;
        for (int i = 0; i < requests.length; i++) {
            if (!done[i] && which.test(requests[i]) && ((UringSegment) requests[i].segment()).gate().enter()) {
                entered[i] = true;
                count++;
            }
        }
        return count;
    }

    /** Lets go of the segments. */
    void leave() {
        for (int i = 0; i < requests.length; i++) {
            if (entered[i]) {
                entered[i] = false;
                ((UringSegment) requests[i].segment()).gate().leave();
            }
        }
    }

    /** A request was read, whole. */
    void succeed(int index, long bytes) {
        if (!done[index]) {
            done[index] = true;
            requests[index].complete(bytes, null);
        }
    }

    /** A request failed. */
    void fail(int index, Throwable cause) {
        if (!done[index]) {
            done[index] = true;
            requests[index].complete(0, asFailure(cause));
        }
    }

    /** Whatever is not done has failed. */
    void failRest(Throwable cause) {
        for (int i = 0; i < requests.length; i++) {
            fail(i, cause);
        }
    }

    static IOException asFailure(Throwable cause) {
        return cause instanceof IOException e ? e : Unexpected.asFailure("read", cause);
    }

    /** Reads one of them by itself, on this thread. Its failure is its outcome. */
    void readOne(int index) {
        ReadRequest request = requests[index];
        try {
            succeed(index, request.segment().read(request.dst(), request.position()));
        } catch (Throwable t) {
            fail(index, t);
        }
    }
}

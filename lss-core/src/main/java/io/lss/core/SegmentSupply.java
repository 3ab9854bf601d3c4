package io.lss.core;

import io.lss.api.StoreFullException;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Has the next segment ready before the current one is full. Segments are made in maintenance (it may block); the ring takes
 * them (it never does).
 *
 * <p>All fields that cross threads are volatile: maintenance makes {@code prepared} visible and then looks at the ring's debt,
 * the ring raises its debt and then looks at {@code prepared}; with anything weaker both could miss the other.
 */
final class SegmentSupply {

    private final Device device;
    private final long segmentSize;
    private final SecureRandom random = new SecureRandom();
    private final Runnable wakeMaintenance;
    private long nextNumber;
    private volatile long created;

    /** The number of the last segment that the device was told of. */
    private long announced;

    private volatile boolean wanted;
    private volatile @Nullable LogSegment prepared;
    private volatile @Nullable StoreFullException full;
    private volatile long failures;

    SegmentSupply(Device device, long segmentSize, long nextNumber, Runnable wakeMaintenance) {
        this.device = device;
        this.segmentSize = segmentSize;
        this.nextNumber = nextNumber;
        this.wakeMaintenance = wakeMaintenance;
    }

    /** Tells the device that the segment after {@code current} will be wanted soon. Once for each segment; by the flusher. */
    void announce(LogSegment current) {
        if (announced <= current.number()) {
            announced = current.number() + 1;
            device.prepare(announced, segmentSize);
        }
    }

    /** Asks for a segment to be prepared. Any thread; does not wait. */
    void request() {
        if (prepared == null && !wanted) {
            wanted = true;
            wakeMaintenance.run();
        }
    }

    boolean isWanted() {
        return wanted;
    }

    /** {@return the segment that is ready, or null} */
    @Nullable LogSegment prepared() {
        return prepared;
    }

    /** Takes the segment that is ready. Only who holds the right to open a buffer. */
    LogSegment take() {
        LogSegment taken = prepared;
        if (taken == null) {
            throw new IllegalStateException("no segment is prepared");
        }
        prepared = null;
        return taken;
    }

    /** {@return why the last attempt failed for want of space, or null if it did not} */
    @Nullable StoreFullException full() {
        return full;
    }

    /** {@return how many attempts have failed for want of space} */
    long failures() {
        return failures;
    }

    long created() {
        return created;
    }

    /** Makes a segment if one is wanted. Maintenance only. {@return whether anything has changed} */
    boolean prepare() throws IOException {
        if (!wanted) {
            return false;
        }
        if (prepared != null) {
            // Asked for while the last one was being made. A note left standing would keep the next to ask from waking anybody.
            wanted = false;
            if (prepared != null) {
                return false;
            }
            // Taken just now, and who asked since then may have found the note: so there is one to make.
        }
        // Lowered before the attempt: a request made during it, by a thread that has seen an older failure, brings another.
        wanted = false;
        try {
            prepared = create();
            full = null;
        } catch (StoreFullException e) {
            full = e;
            long count = failures;
            failures = count + 1;
        }
        return true;
    }

    /** Makes a segment now. Maintenance only. */
    LogSegment create() throws IOException {
        long number = nextNumber;
        var handle = device.create(number, segmentSize);
        nextNumber = number + 1;
        long count = created;
        created = count + 1;
        return new LogSegment(number, number * segmentSize, segmentSize, random.nextLong(), handle);
    }

    /**
     * Gives back the space of a segment that was prepared and never used. It stays, empty, so that its number is seen, and not used
     * again, by the next open, which deletes it. Maintenance only, when nothing is reserved any more.
     */
    void discard() throws IOException {
        LogSegment unused = prepared;
        prepared = null;
        if (unused != null) {
            unused.handle().finish(0);
            unused.handle().close();
        }
    }
}

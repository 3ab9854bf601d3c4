package io.lss.spi.flush;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One read of a batch, see {@link Device#readAll}. Used by one thread at a time. */
public final class ReadRequest {

    private final Segment segment;
    private final MemorySegment dst;
    private final long position;
    private final @Nullable Runnable then;
    private long bytes = -1;
    private @Nullable IOException failure;

    /**
     * A read still to be done.
     *
     * @param segment the segment to read from
     * @param dst where to put the bytes; memory that any thread can reach, if the device is to read at depth
     * @param position the first byte to read
     */
    public ReadRequest(Segment segment, MemorySegment dst, long position) {
        this(segment, dst, position, null);
    }

    /**
     * A read still to be done, and what to do when it is; a device may still be reading others of the batch then.
     *
     * @param segment the segment to read from
     * @param dst where to put the bytes; memory that any thread can reach, if the device is to read at depth
     * @param position the first byte to read
     * @param then run by {@link #complete}, so on any thread, after the outcome can be asked for; neither blocks nor throws. Null for nothing
     */
    public ReadRequest(Segment segment, MemorySegment dst, long position, @Nullable Runnable then) {
        this.segment = segment;
        this.dst = dst;
        this.position = position;
        this.then = then;
    }

    /** {@return the segment to read from} */
    public Segment segment() {
        return segment;
    }

    /** {@return where to put the bytes} */
    public MemorySegment dst() {
        return dst;
    }

    /** {@return the first byte to read} */
    public long position() {
        return position;
    }

    /**
     * Records the outcome, and runs what was to follow; called by the device, once, when the bytes are there, with no lock held.
     *
     * @param bytesRead as {@link Segment#read} returns
     * @param why null if the read succeeded
     */
    public void complete(long bytesRead, @Nullable IOException why) {
        this.bytes = bytesRead;
        this.failure = why;
        if (then != null) {
            then.run();
        }
    }

    /**
     * {@return how many bytes were read}
     *
     * @throws IOException if the read failed
     */
    public long bytes() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (bytes < 0) {
            throw new IllegalStateException("the device did not complete the read at position " + position);
        }
        return bytes;
    }
}

package io.lss.core;

import io.lss.core.format.Checksums;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a thread needs to append without allocating: a checksum, views of the ring's memory, counters. Used by one thread at a time. */
final class Appender {

    /** Counts of one appender; outlives it. Written by the appender's user only, read by anybody. */
    static final class Counts {

        private static final VarHandle RECORDS;
        private static final VarHandle BYTES;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                RECORDS = lookup.findVarHandle(Counts.class, "records", long.class);
                BYTES = lookup.findVarHandle(Counts.class, "bytes", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long records;
        private long bytes;

        // Opaque: whole values, eventually seen; statistics order nothing.
        void add(int recordCount, long byteCount) {
            RECORDS.setOpaque(this, records + recordCount);
            BYTES.setOpaque(this, bytes + byteCount);
        }

        long records() {
            return (long) RECORDS.getOpaque(this);
        }

        long bytes() {
            return (long) BYTES.getOpaque(this);
        }
    }

    final Checksums checksums = new Checksums();
    final Counts counts;

    /** The offset of the last reservation won through this appender. */
    int offset;

    private final @Nullable ByteBuffer[] views;

    /** For which {@link FlushBuffer#replaced} each view was made. */
    private final int[] viewed;

    Appender(int buffers, Counts counts) {
        this.counts = counts;
        this.views = new ByteBuffer[buffers];
        this.viewed = new int[buffers];
    }

    /** {@return a view of all of the buffer's memory, little-endian; its position and limit are this appender's own} */
    ByteBuffer view(FlushBuffer buffer) {
        int replaced = buffer.replaced;
        ByteBuffer view = views[buffer.index];
        if (view == null || viewed[buffer.index] != replaced) {
            view = buffer.memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            views[buffer.index] = view;
            viewed[buffer.index] = replaced;
        }
        // A checksum leaves the limit where it ended.
        view.clear();
        return view;
    }

    /** Lets go of the ring's memory. */
    void clear() {
        Arrays.fill(views, null);
    }
}

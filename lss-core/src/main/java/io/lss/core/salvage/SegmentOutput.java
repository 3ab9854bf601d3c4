package io.lss.core.salvage;

import io.lss.core.OneOperation;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Writes one segment of the new store, in order and without a gap, and syncs it. */
final class SegmentOutput implements AutoCloseable {

    private final Device device;
    private final Segment segment;
    private final MemorySegment buffer;
    private long filled;
    private long written;

    /** Creates the segment, and begins it with its header. */
    SegmentOutput(Device device, MemorySegment buffer, SegmentHeader header) throws IOException {
        this.device = device;
        this.buffer = buffer;
        this.segment = device.create(header.number(), header.segmentSize());
        SegmentHeaderDescriptor.write(buffer, 0, header);
        filled = header.blockSize();
    }

    /** {@return the position of what comes next} */
    long position() {
        return written + filled;
    }

    /** Appends bytes. */
    void append(MemorySegment source) throws IOException {
        for (long at = 0; at < source.byteSize(); ) {
            if (filled == buffer.byteSize()) {
                flush();
            }
            long length = Math.min(source.byteSize() - at, buffer.byteSize() - filled);
            MemorySegment.copy(source, at, buffer, filled, length);
            filled += length;
            at += length;
        }
    }

    private void flush() throws IOException {
        if (filled > 0) {
            OneOperation write = new OneOperation();
            segment.write(buffer.asSlice(0, filled), written, false, write);
            write.await(device);
            written += filled;
            filled = 0;
        }
    }

    /** Writes what is left, makes all of it durable and gives back the space behind it. What was appended is whole blocks. */
    void finish() throws IOException {
        flush();
        OneOperation sync = new OneOperation();
        segment.sync(sync);
        sync.await(device);
        segment.finish(written);
    }

    @Override
    public void close() throws IOException {
        segment.close();
    }
}

package io.lss.cli.live;

import io.lss.core.format.Checksums;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import io.lss.core.format.UnitFrames;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The file of one segment, whose header is valid. */
final class LiveSegment implements AutoCloseable {
    private final FileChannel file;
    private final SegmentHeader header;
    private final Checksums checksums = new Checksums();
    private byte[] bytes = new byte[64 << 10];

    private LiveSegment(FileChannel file, SegmentHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * {@return a segment; null if its header is not there yet or no longer, or it is another store's or another number's}
     *
     * @throws NoSuchFileException if there is none of that number
     */
    static @Nullable LiveSegment open(LiveStore store, Root root, long number) throws IOException {
        FileChannel file = FileChannel.open(store.file(number), StandardOpenOption.READ);
        LiveSegment opened = null;
        try {
            byte[] block = new byte[SegmentHeaderDescriptor.LENGTH];
            int got = read(file, block, 0, block.length);
            if (SegmentHeaderDescriptor.read(MemorySegment.ofArray(block), 0, got)
                            instanceof SegmentHeaderImage.Valid(SegmentHeader header)
                    && header.number() == number
                    && header.uuidHigh() == root.uuidHigh()
                    && header.uuidLow() == root.uuidLow()
                    && header.segmentSize() == root.segmentSize()
                    && header.blockSize() == root.blockSize()) {
                opened = new LiveSegment(file, header);
            }
            return opened;
        } finally {
            if (opened == null) {
                file.close();
            }
        }
    }

    SegmentHeader header() {
        return header;
    }

    /** {@return the LSN of the first unit} */
    long firstUnit() {
        return header.base() + header.blockSize();
    }

    /**
     * Reads the unit at an LSN.
     *
     * @return whether a valid one is there; it is in {@link #memory()} then, from the start
     */
    boolean readUnit(long lsn) throws IOException {
        long position = lsn - header.base();
        int got = read(file, bytes, position, bytes.length);
        long room = Math.min(header.window(), header.segmentSize() - position);
        if (got < UnitDescriptor.HEADER_LENGTH || room < UnitDescriptor.HEADER_LENGTH || !isUnit(lsn, room)) {
            return false;
        }
        int padded = UnitDescriptor.paddedLength(memory(), 0);
        if (padded > got) {
            if (padded > bytes.length) {
                bytes = Arrays.copyOf(bytes, padded);
            }
            got = read(file, bytes, position, padded);
            if (got < padded || !isUnit(lsn, room) || UnitDescriptor.paddedLength(memory(), 0) != padded) {
                return false;
            }
        }
        return UnitFrames.check(memory(), 0, ByteBuffer.wrap(bytes), checksums, header.salt()).valid();
    }

    private boolean isUnit(long lsn, long room) {
        return UnitDescriptor.check(
                        memory(), 0, ByteBuffer.wrap(bytes), checksums, header.salt(), lsn, header.session(), header.blockSize(), room)
                == UnitFault.NONE;
    }

    /** {@return what was read last} */
    MemorySegment memory() {
        return MemorySegment.ofArray(bytes);
    }

    private static int read(FileChannel file, byte[] into, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.position();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

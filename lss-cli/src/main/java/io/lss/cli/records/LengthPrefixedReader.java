package io.lss.cli.records;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Records that are preceded by their lengths. */
final class LengthPrefixedReader implements RecordReader {
    private final InputStream in;
    private final String name;
    private final int maxLength;
    private final ByteOrder order;

    private byte[] bytes = new byte[0];
    private int length;
    private volatile long position;

    LengthPrefixedReader(InputStream in, String name, int maxLength, ByteOrder order) {
        this.in = new BufferedInputStream(in, 64 << 10);
        this.name = name;
        this.maxLength = maxLength;
        this.order = order;
    }

    @Override
    public boolean next() throws IOException {
        long at = position;
        byte[] prefix = in.readNBytes(Integer.BYTES);
        if (prefix.length == 0) {
            return false;
        }
        if (prefix.length < Integer.BYTES) {
            throw new InputException(name + " ends within the length of a record, at byte " + at);
        }
        long announced = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).order(order).getInt());
        if (announced == 0) {
            throw new InputException("the record at byte " + at + " of " + name + " has a length of 0; a record has at least one byte");
        }
        if (announced > maxLength) {
            throw new InputException("the record at byte " + at + " of " + name + " has a length of " + announced
                    + ", more than a record can have here, " + maxLength
                    + "; is the format right? Larger flush buffers take longer records (--buffer-size)");
        }
        length = (int) announced;
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        int got = in.readNBytes(bytes, 0, length);
        if (got < length) {
            throw new InputException("the record at byte " + at + " of " + name + " has a length of " + length + ", and only "
                    + got + " bytes follow");
        }
        position = at + Integer.BYTES + length;
        return true;
    }

    @Override
    public MemorySegment record() {
        return MemorySegment.ofArray(bytes).asSlice(0, length);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long empty() {
        return 0;
    }
}

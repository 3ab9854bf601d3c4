package io.lss.cli.records;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Records that are lines. The last one need not be ended; empty lines are passed over, since a record has at least one byte. */
final class LineReader implements RecordReader {
    private final InputStream in;
    private final String name;
    private final int maxLength;

    private byte[] bytes = new byte[64 << 10];
    private int begin;
    private int end;
    private int nextBegin;
    private int filled;
    private boolean ended;
    private long lines;
    private long empty;
    private volatile long position;

    LineReader(InputStream in, String name, int maxLength) {
        this.in = in;
        this.name = name;
        this.maxLength = maxLength;
    }

    @Override
    public boolean next() throws IOException {
        while (nextLine()) {
            lines++;
            if (end > begin) {
                if (end - begin > maxLength) {
                    throw tooLong();
                }
                return true;
            }
            empty++;
        }
        return false;
    }

    private boolean nextLine() throws IOException {
        begin = nextBegin;
        for (int at = begin; ; at++) {
            if (at == filled) {
                at -= begin;
                if (!fill()) {
                    end = filled;
                    nextBegin = filled;
                    return end > begin;
                }
                at += begin;
            }
            if (bytes[at] == '\n') {
                end = at;
                nextBegin = at + 1;
                return true;
            }
        }
    }

    /** Reads on, the line so far moved to the front. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        int length = filled - begin;
        if (length > maxLength) {
            lines++;
            throw tooLong();
        }
        System.arraycopy(bytes, begin, bytes, 0, length);
        begin = 0;
        filled = length;
        nextBegin = 0;
        if (filled == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * filled));
        }
        int got = in.read(bytes, filled, bytes.length - filled);
        if (got < 0) {
            ended = true;
            return false;
        }
        filled += got;
        long now = position + got; // of this thread alone; others look
        position = now;
        return true;
    }

    private InputException tooLong() {
        return new InputException("line " + lines + " of " + name + " is longer than a record can be here, " + maxLength
                + " bytes; larger flush buffers take longer ones (--buffer-size)");
    }

    @Override
    public MemorySegment record() {
        return MemorySegment.ofArray(bytes).asSlice(begin, end - begin);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long empty() {
        return empty;
    }
}

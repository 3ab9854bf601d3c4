package io.lss.cli.records;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;

/** How records follow each other in a stream of bytes. */
enum RecordFormat {
    /** Each ends with a line feed, which is no part of it. A record that holds one looks like two. */
    LINES("lines") {
        @Override
        RecordReader reader(InputStream in, String name, int maxLength) {
            return new LineReader(in, name, maxLength);
        }

        @Override
        void write(OutputStream out, MemorySegment record) throws IOException {
            out.write(record.toArray(ValueLayout.JAVA_BYTE));
            out.write('\n');
        }
    },

    /** Each is preceded by its length, four bytes, the lowest first. */
    U32LE("u32le") {
        @Override
        RecordReader reader(InputStream in, String name, int maxLength) {
            return new LengthPrefixedReader(in, name, maxLength, ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        void write(OutputStream out, MemorySegment record) throws IOException {
            writeLength(out, record, ByteOrder.LITTLE_ENDIAN);
        }
    },

    /** Each is preceded by its length, four bytes, the highest first. */
    U32BE("u32be") {
        @Override
        RecordReader reader(InputStream in, String name, int maxLength) {
            return new LengthPrefixedReader(in, name, maxLength, ByteOrder.BIG_ENDIAN);
        }

        @Override
        void write(OutputStream out, MemorySegment record) throws IOException {
            writeLength(out, record, ByteOrder.BIG_ENDIAN);
        }
    };

    private final String word;

    RecordFormat(String word) {
        this.word = word;
    }

    /**
     * {@return a reader of records}
     *
     * @param in where they are
     * @param name what to call that in messages
     * @param maxLength the longest record that is taken, in bytes
     */
    abstract RecordReader reader(InputStream in, String name, int maxLength);

    /** Writes one record. */
    abstract void write(OutputStream out, MemorySegment record) throws IOException;

    private static void writeLength(OutputStream out, MemorySegment record, ByteOrder order) throws IOException {
        byte[] bytes = record.toArray(ValueLayout.JAVA_BYTE);
        out.write(ByteBuffer.allocate(Integer.BYTES).order(order).putInt(bytes.length).array());
        out.write(bytes);
    }

    @Override
    public String toString() {
        return word;
    }

    /** The names, for the help. */
    static final class Names implements Iterable<String> {
        Names() {}

        @Override
        public Iterator<String> iterator() {
            var names = new ArrayList<String>();
            for (RecordFormat each : values()) {
                names.add(each.word);
            }
            return names.iterator();
        }
    }
}

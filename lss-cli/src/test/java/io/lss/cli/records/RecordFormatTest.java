package io.lss.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordFormatTest {
    private static final int MAX = 200_000;

    /** Gives a few bytes at a time, as a pipe does. */
    private static InputStream pipe(byte[] bytes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(9_000)));
            }
        };
    }

    private static List<byte[]> records(SplittableRandom random) {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] record = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? MAX : 300)];
            random.nextBytes(record);
            for (int at = 0; at < record.length; at++) {
                record[at] = record[at] == '\n' ? 0 : record[at];
            }
            records.add(record);
        }
        return records;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsReadAgainHoweverTheBytesArrive(RecordFormat format) throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            List<byte[]> records = records(new SplittableRandom(seed));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (byte[] each : records) {
                format.write(out, MemorySegment.ofArray(each));
            }
            RecordReader reader = format.reader(pipe(out.toByteArray(), seed), "it", MAX);
            for (byte[] each : records) {
                assertTrue(reader.next());
                assertArrayEquals(each, reader.record().toArray(ValueLayout.JAVA_BYTE));
            }
            assertFalse(reader.next());
            assertEquals(out.size(), reader.position());
            assertEquals(0, reader.empty());
        }
    }

    @Test
    void emptyLinesAreCountedAndTheLastLineNeedNotEnd() throws IOException {
        RecordReader reader = RecordFormat.LINES.reader(new ByteArrayInputStream("\n\na\r\n\nb".getBytes(UTF_8)), "it", MAX);
        assertTrue(reader.next());
        assertEquals("a\r", new String(reader.record().toArray(ValueLayout.JAVA_BYTE), UTF_8));
        assertTrue(reader.next());
        assertEquals("b", new String(reader.record().toArray(ValueLayout.JAVA_BYTE), UTF_8));
        assertFalse(reader.next());
        assertEquals(3, reader.empty());
    }

    @Test
    void aLineThatIsTooLongIsNamed() throws IOException {
        for (int length : new int[] {MAX + 1, 3 * MAX}) {
            byte[] bytes = ("a\n\n" + "x".repeat(length) + "\nb\n").getBytes(UTF_8);
            RecordReader reader = RecordFormat.LINES.reader(pipe(bytes, length), "it", MAX);
            assertTrue(reader.next());
            InputException e = assertThrows(InputException.class, reader::next);
            assertTrue(e.getMessage().startsWith("line 3 of it is longer"), e.getMessage());
        }
    }

    @Test
    void inputThatEndsInALengthIsNamed() {
        RecordReader reader = RecordFormat.U32BE.reader(new ByteArrayInputStream(new byte[3]), "it", MAX);
        InputException e = assertThrows(InputException.class, reader::next);
        assertTrue(e.getMessage().startsWith("it ends within the length of a record, at byte 0"), e.getMessage());
    }
}

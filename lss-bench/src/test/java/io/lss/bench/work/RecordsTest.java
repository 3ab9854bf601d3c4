package io.lss.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** A checker must be seen to find what is wrong. */
class RecordsTest {

    private final byte[] record = Records.filled(100);
    private final Records records = new Records(100, 2);

    private void found(int thread, long sequence) {
        records.record(Records.stamp(thread, sequence), 100, record[99]);
    }

    @Test
    void allThatWasAppended() {
        found(0, 5);
        found(1, 0);
        found(0, 6);
        assertEquals(3, records.checkEnd(false, 7, 1));
    }

    @Test
    void aGapALostEndAndWrongBytesAreFound() {
        found(0, 0);
        assertThrows(IllegalStateException.class, () -> found(0, 2));
        assertThrows(IllegalStateException.class, () -> found(0, 0));
        assertThrows(IllegalStateException.class, () -> records.checkEnd(false, 2, 0));
        assertThrows(IllegalStateException.class, () -> records.checkEnd(false, 1, 1));
        assertEquals(1, records.checkEnd(true, 1, 1), "what is trimmed is not lost");
        assertThrows(IllegalStateException.class, () -> records.record(Records.stamp(0, 1), 99, record[98]));
        assertThrows(IllegalStateException.class, () -> records.record(Records.stamp(0, 1), 100, (byte) 0));
        assertThrows(IllegalStateException.class, () -> found(2, 0));
    }
}

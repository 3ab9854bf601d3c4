package io.lss.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class QuantityTest {
    @Test
    void numbersCarryTheUnitThatSuitsThem() {
        assertEquals("1,234,567", Quantity.count(1_234_567));
        assertEquals("1 file", Quantity.count(1, "file"));
        assertEquals("0 files", Quantity.count(0, "file"));
        assertEquals("999 B", Quantity.bytes(999));
        assertEquals("4.1 KB", Quantity.bytes(4096));
        assertEquals("1,048.6 MB", Quantity.bytes(1_048_576_000));
        assertEquals("950 us", Quantity.time(950_000));
        assertEquals("35.1 ms", Quantity.time(35_120_000));
        assertEquals("1.50 s", Quantity.time(1_500_000_000));
    }

    @Test
    void ratesArePerSecond() {
        assertEquals("2,000", Quantity.perSecond(1_000, 500_000_000));
        assertEquals("512 MB/s", Quantity.bandwidth(1_024_000_000, 2_000_000_000));
    }
}

package io.lss.cli.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream report = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();

    private Screen screen(boolean interactive) {
        return new Screen(
                new PrintStream(report, true, US_ASCII), new PrintStream(notes, true, US_ASCII), interactive);
    }

    @Test
    void withoutATerminalThereIsNoBar() {
        Screen screen = screen(false);
        try (Progress progress = screen.progress("loading", 100, () -> 50)) {
            screen.row("label", "text " + (progress == null));
        }
        assertEquals("", notes.toString(US_ASCII));
        assertEquals("  label          text false\n", report.toString(US_ASCII));
    }

    @Test
    void aBarIsDrawnOnTheSideAndTakenAway() throws InterruptedException {
        Screen screen = screen(true);
        CountDownLatch asked = new CountDownLatch(1);
        try (Progress progress = screen.progress("loading", 100, () -> {
            asked.countDown();
            return 50;
        })) {
            asked.await();
            assertTrue(progress != null);
        }
        String drawn = notes.toString(US_ASCII);
        assertTrue(drawn.contains("loading"), drawn);
        assertTrue(drawn.contains(" 50 %"), drawn);
        assertTrue(drawn.endsWith("\033[?7h\r\033[K"), "lines wrap again, and the last one is empty: " + drawn);
        assertEquals("", report.toString(US_ASCII));
    }

    @Test
    void whenTheProcessIsAboutToEndNoBarIsLeftAndNoneIsDrawn() throws InterruptedException {
        Screen screen = screen(true);
        CountDownLatch asked = new CountDownLatch(1);
        try (Progress progress = screen.progress("loading", 100, () -> {
            asked.countDown();
            return 50;
        })) {
            asked.await();
            screen.endBars();
            String drawn = notes.toString(US_ASCII);
            assertTrue(drawn.isEmpty() || drawn.endsWith("\r\033[K"), drawn);
            screen.bar("another");
            assertEquals(drawn, notes.toString(US_ASCII));
            assertTrue(progress != null);
        }
    }

    @Test
    void aBarFitsALineHoweverFarItIs() {
        for (long done : new long[] {-1, 0, 99, 100, 1000}) {
            String text = Progress.text("a title that is much too long for it", 100, done);
            assertTrue(text.length() < 79, text);
        }
        assertTrue(Progress.text("all", 100, 1000).contains(" 100 % [#"));
    }
}

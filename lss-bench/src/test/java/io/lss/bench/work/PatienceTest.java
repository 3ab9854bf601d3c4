package io.lss.bench.work;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatienceTest {

    /** A contender that hears everything and says nothing. */
    static final class Silent {
        private Silent() {}

        public static void main(String[] arguments) throws Exception {
            while (System.in.read() >= 0) {
                // It goes on listening.
            }
        }
    }

    @AfterEach
    void asBefore() {
        System.clearProperty(Patience.SECONDS);
    }

    @Test
    void aContenderThatNeverAnswersIsKilledAndNamed() throws Exception {
        System.setProperty(Patience.SECONDS, "1");
        try (Resident silent = new Resident("the silent one", "", Silent.class, List.of(), List.of())) {
            IOException e = assertThrows(IOException.class, silent::measure);
            assertTrue(String.valueOf(e.getMessage()).contains("the silent one gave no answer in 1 s"), e.getMessage());
        }
    }

    @Test
    void whoAnswersIsLeftAlone() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        try (Patience patience = new Patience(process, "cat")) {
            patience.check();
        }
        assertTrue(process.isAlive());
        process.destroyForcibly().waitFor();
        assertFalse(process.isAlive());
    }
}

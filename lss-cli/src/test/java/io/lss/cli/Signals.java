package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Signals as a terminal sends them. */
final class Signals {
    static final int HANGUP = 1;
    static final int INTERRUPT = 2;
    static final int TERMINATE = 15;

    private Signals() {}

    /** Skips a test if processes started from here do not see a signal. */
    static void assumeNotIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        assumeTrue(Files.exists(status), "SKIPPED: there is no /proc/self/status here");
        boolean ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >>> (signal - 1) & 1) != 0);
        assumeTrue(!ignored, "SKIPPED: whoever started this ignores signal " + signal);
    }

    /** Sends one to a process. */
    static void send(int signal, Process process) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid()).inheritIO().start().waitFor());
    }
}

package io.lss.cli.text;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is known of the terminal. */
final class Terminal {
    /** Where the system has it: what standard error is connected to. */
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** {@return whether standard error is a terminal that can draw over its last line} */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    static boolean canShowProgress() {
        Console console = System.console();
        String type = System.getenv("TERM");
        return console != null
                && console.isTerminal()
                && type != null
                && !type.isEmpty()
                && !type.equals("dumb")
                && standardErrorMayBeTerminal();
    }

    /** A console speaks for standard input and output only. */
    private static boolean standardErrorMayBeTerminal() {
        try {
            String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }
}

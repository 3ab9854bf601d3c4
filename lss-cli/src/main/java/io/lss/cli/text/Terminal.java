package io.lss.cli.text;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What is known of what the process is connected to. */
public final class Terminal {
    private Terminal() {}

    /** {@return whether standard error is a terminal that can draw over its last line} */
    public static boolean canShowProgress() {
        String type = System.getenv("TERM");
        return type != null && !type.isEmpty() && !type.equals("dumb") && isStandardErrorTerminal();
    }

    /** {@return whether standard output is a pipe or a socket, as far as the system tells; true if it does not} */
    public static boolean isStandardOutputPipe() {
        return target(1)
                .map(name -> name.startsWith("pipe:") || name.startsWith("socket:"))
                .orElse(true);
    }

    /** {@return whether standard output is a file, so that a progress bar disturbs nobody who reads it} */
    public static boolean isStandardOutputFile() {
        return target(1).map(name -> name.startsWith("/") && !name.startsWith("/dev/")).orElse(false);
    }

    /**
     * {@return whether the process was started with its standard input closed, as far as the system tells} Its descriptor then is that of the
     * file that the JVM opened first, its own library.
     */
    public static boolean isStandardInputClosed() {
        Path library = Path.of(System.getProperty("java.home"), "lib");
        try {
            String own = library.toRealPath() + "/";
            return target(0).filter(name -> name.startsWith(own)).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isStandardErrorTerminal() {
        return target(2)
                .map(name -> name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console"))
                .orElseGet(Terminal::isConsoleTerminal);
    }

    /** A console speaks for standard input and output only: the best there is where the system does not tell. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    private static boolean isConsoleTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** What Linux says a file descriptor of this process leads to. */
    private static Optional<String> target(int descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}

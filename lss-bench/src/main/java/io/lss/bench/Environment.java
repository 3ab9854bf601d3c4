package io.lss.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What figures depend on. */
final class Environment {

    private Environment() {}

    static void print(Path directory, PrintStream out) throws IOException {
        FileStore store = Files.getFileStore(directory);
        out.printf(
                "%s, Linux %s, %d processors, JDK %s, %s on %s%n",
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                store.type(),
                store.name());
    }
}

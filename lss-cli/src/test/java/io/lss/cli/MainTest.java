package io.lss.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.cli.frame.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, as far as it goes without a store. */
class MainTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    private int run(String... args) {
        return Main.run(Streams.of(InputStream.nullInputStream(), said, complained), args);
    }

    private void assertRefused(String reason, String... args) {
        complained.reset();
        assertEquals(ExitCode.USAGE.code(), run(args), () -> String.join(" ", args));
        String text = complained.toString(UTF_8);
        assertTrue(text.startsWith("lss: ") && text.contains(reason), text);
        assertFalse(text.contains("\tat "), text);
    }

    @Test
    void helpTellsTheOptionsAndExitCodesAndHidesTheChildProcess() {
        assertEquals(ExitCode.OK.code(), run("demo", "--help"));
        for (String word : new String[] {"--mb", "--seed", "--store", "--keep"}) {
            assertTrue(said.toString(UTF_8).contains(word), word);
        }
        said.reset();
        assertEquals(ExitCode.OK.code(), run("--help"));
        assertTrue(said.toString(UTF_8).contains("demo"));
        for (ExitCode each : ExitCode.values()) {
            assertTrue(said.toString(UTF_8).contains(each.meaning().substring(0, 12)), each.meaning());
        }
        assertFalse(said.toString(UTF_8).contains("loader"));
    }

    @Test
    void aWrongCommandLineIsRefusedInOneClearLine() throws IOException {
        assertRefused("a path is empty", "trim", "--before", "1", "");
        assertRefused("bufferSize 2147483647 is not", "append", "--create", "--buffer-size", "3G", "nowhere");
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertRefused("no command is given; the commands are: append");
        assertRefused("unknown command 'nonsense'; the commands are: append", "nonsense");
        assertRefused("--nonsense", "--nonsense");
        assertRefused("--nonsense", "demo", "--nonsense");
        assertRefused("there is no such directory", "demo", directory.resolve("missing").toString());
        assertRefused("is not a directory", "demo", file.toString());
        assertRefused("--mb 0 is not from 1", "demo", "--mb", "0");
        assertRefused("'many' is not", "demo", "--mb", "many");
        assertRefused("--threads 65 is not from 1 to 64", "demo", "--threads", "65");
        assertRefused("--commit -1.0 is not from 0", "demo", "--commit", "-1");
        assertRefused("--provider is empty", "demo", "--provider", "");
        assertRefused("is not empty", "demo", "--store", directory.toString());
        assertRefused("is not a directory", "demo", "--store", file.toString());
        assertRefused("there is no directory", "demo", "--store", directory.resolve("a/b").toString());
    }

    @Test
    void aProviderThatIsNotThereIsRefusedBeforeAnythingIsPrinted() throws IOException {
        Files.writeString(directory.resolve("data"), "x".repeat(1_000));
        assertEquals(ExitCode.NO_PROVIDER.code(), run("demo", "--mb", "1", "--provider", "nonesuch", directory.toString()));
        assertEquals("", said.toString(UTF_8));
        String text = complained.toString(UTF_8);
        assertTrue(text.startsWith("lss: ") && text.contains("nonesuch"), text);
    }

    @Test
    void aDirectoryWithoutDataIsAClearError() {
        assertEquals(ExitCode.FAILED.code(), run("demo", directory.toString()));
        String text = complained.toString(UTF_8);
        assertTrue(text.startsWith("lss: no data: " + directory), text);
    }
}

package io.lss.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.cli.frame.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a person sees who types some commands: the commands, what they printed, and their exit codes. Compared with a file of
 * {@code src/test/resources/transcripts}; with {@code -Dlss.transcripts=write} the file is written instead, to be looked at.
 *
 * <pre>
 *    # a remark
 *    $ printf 'one\ntwo\n' | lss append STORE
 *    what it wrote to standard output
 *    ! what it wrote to standard error
 *    [exit code]                                 unless it is 0
 * </pre>
 *
 * <p>What differs from run to run is replaced before the comparison: directories by their names, and whatever a test says.
 */
public final class Transcript {
    private static final Path FILES = Path.of("src", "test", "resources", "transcripts");
    private static final boolean WRITE = "write".equals(System.getProperty("lss.transcripts"));

    private record Replacement(Pattern what, String by) {}

    private final String name;
    private final StringBuilder text = new StringBuilder();
    private final List<Replacement> replacements = new ArrayList<>();
    private String input = "";
    private String lastOut = "";
    private String lastErr = "";
    private int lastCode;

    /**
     * An empty transcript.
     *
     * @param name of the file, without its extension
     */
    public Transcript(String name) {
        this.name = name;
    }

    /**
     * Calls a path by a name.
     *
     * @param path which; those below it begin with the name
     * @param by what it is called
     * @return this
     */
    public Transcript call(Path path, String by) {
        return replace(Pattern.quote(path.toAbsolutePath().toString()), by);
    }

    /**
     * Replaces what differs from run to run.
     *
     * @param regex what
     * @param by by what; {@code $1} is the first group
     * @return this
     */
    public Transcript replace(String regex, String by) {
        replacements.add(new Replacement(Pattern.compile(regex), by));
        return this;
    }

    /**
     * Adds a remark.
     *
     * @param remark what the reader must know
     * @return this
     */
    public Transcript remark(String remark) {
        text.append(text.isEmpty() ? "" : "\n").append("# ").append(remark).append('\n');
        return this;
    }

    /**
     * Gives the next command something to read.
     *
     * @param bytes its standard input, of text
     * @return this
     */
    public Transcript input(String bytes) {
        input = bytes;
        return this;
    }

    /**
     * Runs a command in this process.
     *
     * @param args its arguments
     * @return this
     */
    public Transcript lss(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = run(out, err, args);
        return ran(command(args), code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /**
     * Runs a command in this process whose reader goes away, like {@code head}.
     *
     * @param bytes how many are read
     * @param args its arguments
     * @return this
     */
    public Transcript lssIntoPipeThatCloses(int bytes, Object... args) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                if (read.size() == bytes) {
                    throw new IOException("Broken pipe");
                }
                read.write(value);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = run(out, err, args);
        return ran(command(args) + " | head -c " + bytes, code, read.toString(UTF_8) + '\n', err.toString(UTF_8));
    }

    private int run(OutputStream out, OutputStream err, Object... args) {
        List<String> words = new ArrayList<>();
        for (Object each : args) {
            words.add(each.toString());
        }
        return Main.run(
                Streams.of(new ByteArrayInputStream(input.getBytes(UTF_8)), out, err), words.toArray(String[]::new));
    }

    private String command(Object... args) {
        StringBuilder command = new StringBuilder();
        if (!input.isEmpty()) {
            command.append("printf '").append(escaped(input)).append("' | ");
        }
        command.append("lss");
        for (Object each : args) {
            String word = each.toString();
            command.append(' ').append(word.isEmpty() || word.contains(" ") ? "'" + word + "'" : word);
        }
        return command.toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            escaped.append(c == '\n' ? "\\n" : c < ' ' ? "\\" + Integer.toOctalString(c) : String.valueOf(c));
        }
        return escaped.toString();
    }

    /**
     * Adds a command that ran elsewhere, such as in another process.
     *
     * @param command what was typed
     * @param code its exit code
     * @param out its standard output
     * @param err its standard error
     * @return this
     */
    public Transcript ran(String command, int code, String out, String err) {
        input = "";
        lastOut = out;
        lastErr = err;
        lastCode = code;
        text.append("$ ").append(replaced(command)).append('\n');
        replaced(out).lines().forEach(line -> text.append(line).append('\n'));
        replaced(err).lines().forEach(line -> text.append("! ").append(line).append('\n'));
        if (code != 0) {
            text.append('[').append(code).append("]\n");
        }
        return this;
    }

    private String replaced(String original) {
        String result = original;
        for (Replacement each : replacements) {
            result = each.what().matcher(result).replaceAll(each.by());
        }
        return result;
    }

    /** {@return what the last command wrote to standard output, as it did} */
    public String out() {
        return lastOut;
    }

    /** {@return the exit code of the last command} */
    public int code() {
        return lastCode;
    }

    /** {@return what the last command wrote to standard error, as it did} */
    public String err() {
        return lastErr;
    }

    /**
     * Asserts how the last command ended, so that no transcript that was written without being looked at says otherwise.
     *
     * @param expected how
     * @return this
     */
    public Transcript ends(ExitCode expected) {
        assertEquals(expected.code(), lastCode, text::toString);
        return this;
    }

    /** Asserts that the file says the same, or writes it. */
    public void check() throws IOException {
        Path file = FILES.resolve(name + ".txt");
        if (WRITE) {
            Files.createDirectories(FILES);
            Files.writeString(file, text.toString());
            return;
        }
        assertTrue(Files.exists(file), () -> "there is no " + file + "; -Dlss.transcripts=write makes it:\n" + text);
        assertEquals(
                Files.readString(file),
                text.toString(),
                () -> "not as in " + file + "; if it is as it should be, -Dlss.transcripts=write writes it");
    }
}

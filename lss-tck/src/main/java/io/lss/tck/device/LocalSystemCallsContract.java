package io.lss.tck.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a device asks of the system, watched and tampered with from outside. Needs strace; without it the tests say SKIPPED. */
public abstract class LocalSystemCallsContract extends LocalChildContract {

    private static final String NAMES = "trace=fsync,fdatasync,rename,renameat,renameat2";

    /** For subclasses. */
    protected LocalSystemCallsContract() {}

    /** Skips the tests if there is no strace. */
    @BeforeEach
    protected void needStrace() {
        boolean works = false;
        try {
            works = new ProcessBuilder("strace", "-o", trace().toString(), "true")
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            // Not installed.
        }
        Assumptions.assumeTrue(works, "SKIPPED: strace is missing or may not trace");
    }

    /** {@return where the store is} */
    protected final Path store() {
        return directory.resolve("store");
    }

    /** {@return where strace writes to} */
    protected final Path trace() {
        return directory.resolve("trace");
    }

    /**
     * {@return what a script prints that is traced}
     *
     * @param flags of strace
     * @param commands those of {@link DeviceScript#main}
     * @throws IOException if it cannot be started
     */
    protected final List<String> straced(List<String> flags, String... commands) throws IOException {
        List<String> java = new ArrayList<>(List.of("strace", "-f", "-y", "-o", trace().toString()));
        java.addAll(flags);
        java.addAll(onClassPath());
        List<String> lines = new ArrayList<>();
        try (ChildJvm child = script(java, store(), commands)) {
            for (int i = 0; i < commands.length; i++) {
                lines.add(child.line());
            }
        }
        return lines;
    }

    /** The traced calls in order, the file names without their directory, the store's directory as {@code DIR}. */
    private List<String> calls() throws IOException {
        List<String> calls = new ArrayList<>();
        Pattern call = Pattern.compile("^\\d+ +(\\w+)\\((.*)\\) += 0.*");
        for (String line : Files.readAllLines(trace())) {
            var matcher = call.matcher(line);
            if (line.contains(store().toString()) && matcher.matches()) {
                String arguments = matcher.group(2)
                        .replace(store() + "/", "")
                        .replace(store().toString(), "DIR")
                        .replaceAll("AT_FDCWD(<[^>]*>)?, ", "")
                        .replaceAll("\\d+<([^>]*)>", "$1")
                        .replace("\"", "");
                calls.add(matcher.group(1).replaceAll("^(rename|unlink)at2?$", "$1") + " " + arguments);
            }
        }
        return calls;
    }

    @Test
    void f9_aSegmentIsSyncedThenNamedThenItsDirectoryIsSyncedAndSoIsADeletion() throws Exception {
        assertEquals(List.of("ok", "ok"), straced(List.of("-e", NAMES), "create", "delete"));
        List<String> calls = calls();
        int from = calls.indexOf("fsync seg-0000000000000001.lss.tmp");
        assertTrue(from >= 0, calls.toString());
        assertEquals(
                List.of(
                        "fsync seg-0000000000000001.lss.tmp",
                        "rename seg-0000000000000001.lss.tmp, seg-0000000000000001.lss",
                        "fsync DIR",
                        "rename seg-0000000000000001.lss, spare-0000000000000001.lss",
                        "fsync DIR"),
                calls.subList(from, from + 5));
    }

    @Test
    void f9_aRootCopyIsSyncedBeforeTheCallReturns() throws Exception {
        assertEquals(List.of("ok", "ok"), straced(List.of("-e", NAMES), "root", "root"));
        List<String> calls = calls();
        int from = calls.indexOf("fsync root-0.tmp");
        assertTrue(from >= 0, calls.toString());
        assertEquals(
                List.of("fsync root-0.tmp", "rename root-0.tmp, root-0", "fsync DIR", "fdatasync root-0"),
                calls.subList(from, from + 4));
    }

    @Test
    void f4_aDirectoryThatCannotBeSyncedMeansThatTheSegmentWasNotCreated() throws Exception {
        List<String> lines = straced(
                List.of("-e", "trace=fsync", "-P", store().toString(), "-e", "inject=fsync:error=EIO:when=2+"), "create");
        assertTrue(lines.get(0).contains("sync of directory failed"), lines.get(0));
        assertTrue(Files.notExists(store().resolve("seg-0000000000000001.lss")));
        assertTrue(Files.notExists(store().resolve("seg-0000000000000001.lss.tmp")));
    }

    @Test
    void f4_aDirectoryWhoseMediumFailsAtOpeningIsNoneThatCannotBeSynced() throws Exception {
        List<String> lines = straced(
                List.of("-e", "trace=fsync", "-P", store().toString(), "-e", "inject=fsync:error=EIO:when=1"), "create");
        assertTrue(lines.get(0).contains("sync of directory failed"), lines.get(0));
        assertTrue(Files.notExists(store().resolve("seg-0000000000000001.lss")));
    }
}

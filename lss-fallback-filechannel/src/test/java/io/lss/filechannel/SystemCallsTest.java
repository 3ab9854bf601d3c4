package io.lss.filechannel;

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
import org.junit.jupiter.api.io.TempDir;

/** What the device asks of the system, watched and tampered with from outside. Needs strace. */
class SystemCallsTest {

    @TempDir
    Path parent;

    private Path store;
    private Path trace;

    @BeforeEach
    void needStrace() throws IOException {
        store = parent.resolve("store");
        trace = parent.resolve("trace");
        boolean works = false;
        try {
            works = new ProcessBuilder("strace", "-o", trace.toString(), "true")
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

    private List<String> straced(List<String> flags, String... commands) throws IOException {
        List<String> java = new ArrayList<>(List.of("strace", "-f", "-y", "-o", trace.toString()));
        java.addAll(flags);
        java.addAll(ChildJvm.onClassPath());
        List<String> lines = new ArrayList<>();
        try (ChildJvm child = ChildJvm.run(java, store, commands)) {
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
        for (String line : Files.readAllLines(trace)) {
            var matcher = call.matcher(line);
            if (line.contains(store.toString()) && matcher.matches()) {
                String arguments = matcher.group(2)
                        .replace(store + "/", "")
                        .replace(store.toString(), "DIR")
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
        assertEquals(
                List.of("ok", "ok"),
                straced(List.of("-e", "trace=fsync,fdatasync,rename,renameat,renameat2"), "create", "delete"));
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
        assertEquals(
                List.of("ok", "ok"),
                straced(List.of("-e", "trace=fsync,fdatasync,rename,renameat,renameat2"), "root", "root"));
        List<String> calls = calls();
        int from = calls.indexOf("fsync root-0.tmp");
        assertTrue(from >= 0, calls.toString());
        assertEquals(
                List.of("fsync root-0.tmp", "rename root-0.tmp, root-0", "fsync DIR", "fdatasync root-0"),
                calls.subList(from, from + 4));
    }

    @Test
    void f4_aSyncThatFailsOnceIsNeverAskedForAgainAlthoughItWouldSucceed() throws Exception {
        List<String> lines = straced(
                List.of("-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=2"),
                "create", "write", "sync", "write", "sync", "write", "sync");
        assertEquals(List.of("ok", "ok", "ok", "ok"), lines.subList(0, 4));
        String failure = "sync failed: file=" + store.resolve("seg-0000000000000001.lss") + " cause=Input/output error";
        assertEquals(List.of(failure, "ok", failure), lines.subList(4, 7));
        assertEquals(
                2,
                Files.readAllLines(trace).stream()
                        .filter(line -> line.contains("fdatasync("))
                        .count());
    }

    @Test
    void f4_aDurableWriteThatFailsSaysWhere() throws Exception {
        List<String> lines = straced(
                List.of("-P", store.resolve("seg-0000000000000001.lss").toString(), "-e", "trace=pwrite64", "-e",
                        "inject=pwrite64:error=EIO:when=2"),
                "create", "write-durable", "write-durable", "write-durable");
        assertEquals(
                List.of(
                        "ok",
                        "ok",
                        "write failed: file=" + store.resolve("seg-0000000000000001.lss")
                                + " position=4096 length=4096 done=0 cause=Input/output error",
                        "ok"),
                lines);
    }

    @Test
    void f4_aDirectoryThatCannotBeSyncedMeansThatTheSegmentWasNotCreated() throws Exception {
        List<String> lines = straced(
                List.of("-e", "trace=fsync", "-P", store.toString(), "-e", "inject=fsync:error=EIO:when=2+"), "create");
        assertTrue(lines.get(0).contains("sync of directory failed"), lines.get(0));
        assertTrue(Files.notExists(store.resolve("seg-0000000000000001.lss")));
        assertTrue(Files.notExists(store.resolve("seg-0000000000000001.lss.tmp")));
    }
}

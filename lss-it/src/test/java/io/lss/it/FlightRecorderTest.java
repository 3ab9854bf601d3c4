package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recording of a real store as the JDK's {@code jfr} shows it: what docs/OBSERVABILITY.md says to type works. */
@Timeout(120)
class FlightRecorderTest {

    private static final Path JFR = Path.of(System.getProperty("java.home"), "bin", "jfr");

    @TempDir
    private Path temp;

    /** A store that is made, has its ring filled and rolled, is closed, and opened by a path that now leads to a directory. */
    private Path record() throws IOException {
        Path file = temp.resolve("store.jfr");
        try (Recording recording = new Recording()) {
            recording.start(); // nothing is enabled by name: the events are on in every recording
            try (LogStructuredStore store = RealStore.open(temp.resolve("data"))) {
                RealStore.appendMixed(store, 300, 1);
                store.sync();
            }
            try (LogStructuredStore store = RealStore.open(temp.resolve("data"))) {
                assertEquals(2, store.recovery().session());
            }
            recording.stop();
            recording.dump(file);
        }
        return file;
    }

    private static String jfr(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JFR.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), Charset.forName(System.getProperty("native.encoding")));
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void aStoreHasOneNameInAllItsEvents() throws IOException {
        Set<String> names = new TreeSet<>();
        Set<String> stores = new TreeSet<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(record())) {
            if (event.getEventType().getName().startsWith("io.lss.")) {
                names.add(event.getEventType().getName());
                stores.add(event.getString("store"));
            }
        }
        assertTrue(names.containsAll(Set.of("io.lss.Flush", "io.lss.Recovery", "io.lss.Roll", "io.lss.Sync")), names.toString());
        assertEquals(Set.of(temp.resolve("data").toUri().toString().replaceAll("/$", "")), stores);
    }

    @Test
    void theToolShowsTheEventsAsTables() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(JFR), "SKIPPED: no jfr tool in this JDK");
        String file = record().toString();
        String summary = jfr("summary", file);
        assertTrue(Pattern.compile("io\\.lss\\.Flush +[1-9]").matcher(summary).find(), summary);
        String printed = jfr("print", "--events", "io.lss.Recovery", file);
        assertTrue(printed.contains("end = \"CLEAN\"") && printed.contains("bytesCut = 0 bytes"), printed);
        assertShows("io.lss.Flush", file, "Start Time", "Duration", "Store", "End LSN", "Length", "Durable", "In Flight", "Failure");
        assertShows("io.lss.Sync", file, "Duration", "Store", "End LSN", "Length", "Segments", "Failure");
        assertShows("io.lss.Recovery", file, "Provider", "Session", "End of Log", "Records", "Scanned", "Cut", "Detail");
        assertShows("io.lss.Roll", file, "Store", "Segment", "Predecessor", "Predecessor End");
    }

    /** A table with these columns, in this order, and a row. */
    private static void assertShows(String event, String file, String... columns) throws IOException, InterruptedException {
        String view = jfr("view", "--width", "200", event, file);
        assertTrue(Pattern.compile(String.join(".*", columns)).matcher(view).find(), view);
        assertTrue(view.contains("filechannel") || view.contains("file://"), view);
    }
}

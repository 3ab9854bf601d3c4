package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the library logs, through System.Logger, and that it prints nothing. */
@Timeout(60)
class LoggingTest {

    @TempDir
    private Path temp;

    /** Kept: the log manager keeps loggers by weak references only. */
    private final Logger logger = Logger.getLogger("io.lss");

    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
    }

    private static String text(LogRecord entry) {
        Object[] parameters = entry.getParameters();
        return parameters == null ? entry.getMessage() : MessageFormat.format(entry.getMessage(), parameters);
    }

    private List<String> loggedAt(Level level) {
        return logged.stream().filter(entry -> entry.getLevel().equals(level)).map(LoggingTest::text).toList();
    }

    @Test
    void s8_theCulpritOfAnAbandonedReservationIsNamed() throws Exception {
        URI at = SimulatedProvider.register(SimulatedMedium.blank(SimulatedSettings.builder().build()));
        try (LogStructuredStore store = LogStructuredStore.open(
                at,
                RealStore.options()
                        .provider("sim")
                        .callerDriven(true)
                        .reservationTimeout(Duration.ofMillis(5))
                        .build())) {
            Reservation[] abandoned = new Reservation[1];
            Thread culprit = Thread.ofPlatform().name("the culprit").start(() -> {
                try {
                    abandoned[0] = store.reserve(123);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            culprit.join();
            store.awaitStable(abandoned[0].lsn()); // drives virtual time until the store has given it up
            List<String> warnings = loggedAt(Level.WARNING);
            assertEquals(1, warnings.size(), "one warning: " + warnings);
            String warning = warnings.getFirst();
            assertTrue(warning.contains("the culprit"), warning);
            assertTrue(warning.contains(String.valueOf(abandoned[0].lsn())), warning);
            assertTrue(warning.contains("123 bytes"), warning);
        }
        SimulatedProvider.unregister(at);
    }

    @Test
    void theChoiceOfAProviderIsLoggedOnceWithTheReasonsAgainstOthers() throws Exception {
        URI at = SimulatedProvider.register(SimulatedMedium.blank(SimulatedSettings.builder().build()));
        try (LogStructuredStore store = LogStructuredStore.open(
                at, RealStore.options().build().toBuilder().provider("sim").callerDriven(true).build())) {
            store.awaitStable(store.append(new byte[10]));
            store.awaitStable(store.append(new byte[10]));
        }
        List<String> infos = loggedAt(Level.INFO);
        assertEquals(1, infos.size(), infos.toString());
        assertTrue(infos.getFirst().contains(at.toString()) && infos.getFirst().contains("provider sim"), infos.getFirst());
        logged.clear();
        try (LogStructuredStore store = LogStructuredStore.open(
                at, io.lss.api.StoreOptions.builder().callerDriven(true).bufferSize(16 << 10).build())) {
            assertEquals("sim", store.provider());
            String reason = store.rejectedProviders().get("filechannel");
            assertTrue(reason.contains("not on the local file system"), reason);
            assertTrue(loggedAt(Level.INFO).getFirst().contains(reason), loggedAt(Level.INFO).toString());
        }
        SimulatedProvider.unregister(at);
    }

    /** How io_uring is reached, by its library or without, is in the log and in the statistics. */
    @ParameterizedTest
    @CsvSource({"auto, io_uring by ", "none, io_uring by system calls"})
    void theWayToTheRingIsLoggedAndCounted(String library, String way) throws Exception {
        Assumptions.assumeTrue(RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        var options = RealStore.options().provider("uring").providerProperty("library", library).build();
        try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"), options)) {
            assertTrue(store.stats().device().contains(way), store.stats().device());
            List<String> infos = loggedAt(Level.INFO);
            assertEquals(1, infos.size(), infos.toString());
            assertTrue(infos.getFirst().contains(store.stats().device()), infos.getFirst());
        }
    }

    @Test
    void s6_theFirstFailureIsLoggedOnceWithItsCause() throws Exception {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder()
                .faults(SimulatedFaults.none().fail(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS))
                .build());
        URI at = SimulatedProvider.register(medium);
        LogStructuredStore store =
                LogStructuredStore.open(at, RealStore.options().provider("sim").callerDriven(true).build());
        long lsn = store.append(new byte[10]);
        for (int i = 0; i < 3; i++) {
            assertThrows(StoreFailedException.class, () -> store.awaitStable(lsn));
        }
        assertThrows(StoreFailedException.class, store::close);
        List<LogRecord> errors =
                logged.stream().filter(entry -> entry.getLevel().equals(Level.SEVERE)).toList();
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.getFirst().getThrown() instanceof IOException, String.valueOf(errors.getFirst().getThrown()));
        SimulatedProvider.unregister(at);
    }

    @Test
    void nothingIsPrinted() throws Exception {
        // Logging goes nowhere, so whatever arrives was printed.
        Path quiet = Files.writeString(temp.resolve("logging.properties"), "handlers =\n.level = ALL\n");
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        Process child = new ProcessBuilder(ChildJvm.command(
                        List.of("-Djava.util.logging.config.file=" + quiet, "-XX:TieredStopAtLevel=1", "--illegal-native-access=deny"),
                        System.getProperty("java.class.path"),
                        Quiet.class,
                        temp.resolve("store").toString()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int exit = child.waitFor();
        assertEquals("", Files.readString(out));
        assertEquals("", Files.readString(err));
        assertEquals(17, exit, "it did all of it");
    }

    /** The child of {@link #nothingIsPrinted}: does a little of everything, misuse and failures included. */
    static final class Quiet {
        private Quiet() {}

        /** Runs in the directory that is the only argument. */
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            for (int i = 0; i < 3; i++) {
                try (LogStructuredStore store = RealStore.open(directory)) {
                    RealStore.appendMixed(store, 200, i);
                    store.sync();
                    misuse(store, directory);
                    store.trimBefore(store.stableLsn());
                    store.setRoot(new byte[] {1});
                    Reservation left = store.reserve(10);
                    assertEquals(10, left.length());
                }
            }
            Files.write(directory.resolve("root-0"), new byte[10]);
            Files.write(directory.resolve("root-1"), new byte[10]);
            assertThrows(StoreException.class, () -> RealStore.open(directory));
            SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder()
                    .faults(SimulatedFaults.none().fail(OperationKind.WRITE, 1, 1))
                    .build());
            LogStructuredStore failing = LogStructuredStore.open(
                    SimulatedProvider.register(medium),
                    RealStore.options().provider("sim").callerDriven(true).build());
            assertThrows(StoreFailedException.class, () -> failing.awaitStable(failing.append(new byte[10])));
            assertThrows(StoreFailedException.class, failing::close);
            System.exit(17);
        }

        private static void misuse(LogStructuredStore store, Path directory) {
            assertThrows(IllegalArgumentException.class, () -> store.append(new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> store.read(store.tailLsn(), MemorySegment.ofArray(new byte[1])));
            assertThrows(StoreException.class, () -> RealStore.open(directory));
        }
    }
}

package io.lss.faults.load;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.WriteMode;
import io.lss.faults.load.LoadProcess.Order;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The oracle itself: a load that lies, and each kind of damage done to what a good run has left. */
@Timeout(120)
class OracleTest {

    private static final int MOST_KILLS = 40;

    /** So many records of a run, and some that were there before, are enough for every kind of damage. */
    private static final int ENOUGH = 30;

    @TempDir
    private Path temp;

    private static Setup setup(int run) {
        return Setup.of("filechannel", WriteMode.TAIL_LOCALIZED, Durability.SYNC, run);
    }

    private Run runAndKill(Path store, int number, boolean lies) throws Exception {
        Path file = temp.resolve("account");
        Account account = Account.create(file);
        try (LoadProcess process = LoadProcess.start()) {
            process.begin(new Order(setup(number), store, file, number, lies, null, 0));
            assertTrue(process.awaitOpen());
            while (process.isAlive() && account.get(Claims.begun(1)) < ENOUGH) {
                LockSupport.parkNanos(100_000);
            }
        }
        return new Run(number, account);
    }

    @Test
    void aLoadThatAcknowledgesBeforeItWasToldIsCaught() throws Exception {
        Path store = temp.resolve("lies");
        ViolationException caught = null;
        Oracle oracle = new Oracle();
        for (int number = 1; caught == null && number <= MOST_KILLS; number++) {
            Run run = runAndKill(store, number, true);
            try (LogStructuredStore opened = LogStructuredStore.open(store, setup(number).options())) {
                oracle.look(opened, List.of(run));
            } catch (ViolationException e) {
                caught = e;
            }
        }
        assertTrue(caught != null, MOST_KILLS + " kills of a lying load were not noticed");
        assertTrue(String.valueOf(caught.getMessage()).contains("acknowledged"), caught.getMessage());
    }

    /** A run, what the oracle knew before it, and what is there after it. */
    private record Killed(Oracle oracle, Run run, List<Entry> found) {}

    private Killed killed() throws Exception {
        Path store = temp.resolve("doctored");
        Oracle oracle = new Oracle();
        for (int number = 1; number <= MOST_KILLS; number++) {
            Run run = runAndKill(store, number, false);
            try (LogStructuredStore opened = LogStructuredStore.open(store, setup(number).options())) {
                List<Entry> found = Oracle.scan(opened);
                boolean sameBegin = oracle.known().isEmpty() || found.contains(oracle.known().getFirst());
                // Else all that the run left may be lost.
                boolean acknowledged = IntStream.range(0, Load.THREADS).anyMatch(thread -> run.claims().get(Claims.stable(thread)) > 0);
                if (acknowledged && sameBegin && !oracle.known().isEmpty() && found.size() - oracle.known().size() >= ENOUGH) {
                    return new Killed(oracle, run, found);
                }
                oracle.look(opened, List.of(run));
            }
        }
        throw new AssertionError("no run of " + MOST_KILLS + " left enough");
    }

    @Test
    void itFindsWhatIsMissingOrMadeUp() throws Exception {
        Killed killed = killed();
        List<Entry> found = killed.found();
        killed.oracle().check(found, List.of(killed.run()));

        int first = killed.oracle().known().size();
        assertFalse(first == 0);
        Entry some = found.get(first + 10);
        assertCaught(killed, without(found, first + 20), "a hole");
        assertCaught(killed, found.subList(0, first), "a lost end");
        assertCaught(killed, without(found, 0), "a lost beginning");
        assertCaught(
                killed,
                with(found, first + 10, new Entry(some.lsn() + 8, some.run(), some.thread(), some.number())),
                "moved");
        assertCaught(
                killed,
                with(found, found.size() - 1, new Entry(1L << 40, some.run(), some.thread(), Load.MOST - 1)),
                "made up");
        assertCaught(
                killed,
                with(found, first + 10, new Entry(some.lsn(), some.run() + 7, some.thread(), some.number())),
                "of no run");
        List<Entry> swapped = new ArrayList<>(found);
        swapped.set(first + 10, found.get(first + 11));
        swapped.set(first + 11, some);
        assertCaught(killed, swapped, "out of order");
    }

    /** Three records of one thread, of which none was acknowledged by itself, and what the store's failure said. */
    private record Failed(long stableLsn) implements Claims {

        static long lsnOf(int number) {
            return 100L * number;
        }

        @Override
        public long get(int field) {
            return field == Claims.begun(0) ? 3 : field == Claims.STABLE_AT_FAILURE ? stableLsn : 0;
        }

        @Override
        public long lsn(int thread, int number) {
            return lsnOf(number);
        }
    }

    @Test
    void whatAFailureCalledStableMustBeThere() throws Exception {
        List<Entry> found = List.of(new Entry(Failed.lsnOf(1), 1, 0, 1));
        new Oracle().check(found, List.of(new Run(1, new Failed(Failed.lsnOf(2)))));
        ViolationException lost = assertThrows(
                ViolationException.class, () -> new Oracle().check(found, List.of(new Run(1, new Failed(Failed.lsnOf(2) + 1)))));
        assertTrue(String.valueOf(lost.getMessage()).contains("acknowledged by a failure"), lost.getMessage());
    }

    private static void assertCaught(Killed killed, List<Entry> doctored, String what) {
        assertThrows(ViolationException.class, () -> killed.oracle().check(doctored, List.of(killed.run())), what);
    }

    private static List<Entry> without(List<Entry> entries, int index) {
        List<Entry> left = new ArrayList<>(entries);
        left.remove(index);
        return left;
    }

    private static List<Entry> with(List<Entry> entries, int index, Entry other) {
        List<Entry> changed = new ArrayList<>(entries);
        changed.set(index, other);
        return changed;
    }
}

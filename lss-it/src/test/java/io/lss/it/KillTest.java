package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.it.KillChild.Account;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9, again and again, of a process that opens, appends, trims and sets roots; the same store lives through all of it, and
 * some kills follow each other without anybody looking in between. What is found is held against the child's account with the
 * oracle of crash tests:
 *
 * <ul>
 *   <li>what was acknowledged as stable is there, byte for byte, at its LSN;
 *   <li>what is there was published; what was not yet published when the child died may be there or not;
 *   <li>it is a prefix: whatever had been published below the last record that is there, by any thread, is there; a batch is whole;
 *   <li>trims and roots that had returned have happened, others may have;
 *   <li>opening it twice gives the same.
 * </ul>
 *
 * <p>A kill leaves the page cache; what only a power cut loses is the simulated device's part.
 */
@Timeout(300)
class KillTest {

    private static final int KILLS = Integer.getInteger("lss.kills", 200);
    private static final long SEED = Long.getLong("lss.kills.seed", 20_260_729L);
    private static final List<String> FLAGS =
            List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.util.logging.config.file=/dev/null");

    /** What a kill must not do. */
    private static final class Violation extends Exception {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    /** A record that is there: where, and whose. */
    private record Entry(long lsn, int run, int thread, int number) {}

    /** A run that was killed and not yet looked at. */
    private record Run(int number, Account account) {}

    @TempDir
    private Path temp;

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Children that have not been told what to do yet: starting one costs more than a run, so they start while another runs. */
    private final Deque<ChildJvm> waiting = new ArrayDeque<>();

    // What is known of the store after the last look at it.
    private List<Entry> known = new ArrayList<>();
    private long begin;
    private long root;

    // For the summary.
    private long acknowledged;
    private long recovered;
    private long cut;
    private int openingsKilled;

    @Test
    void s11_aStoreLivesThroughHundredsOfKills() throws Exception {
        Path store = temp.resolve("store");
        long largest = 0;
        List<Run> runs = new ArrayList<>();
        int looks = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            runs.add(runAndKill(store, kill, false));
            if (random.nextInt(3) > 0 || kill == KILLS) {
                boolean twice = looks % 8 == 0;
                look(store, runs, twice);
                runs.clear();
                looks++;
                largest = Math.max(largest, RealStore.bytesIn(store));
            }
        }
        System.out.printf(
                "kill -9: %d kills (%d while it opened), seed %d, %d looks; acknowledged %d, recovered %d, bytes cut %d, largest %d KiB%n",
                KILLS, openingsKilled, SEED, looks, acknowledged, recovered, cut, largest >> 10);
        assertTrue(acknowledged > 10L * KILLS, "hardly anything was acknowledged: " + acknowledged);
        assertTrue(openingsKilled > 0 && openingsKilled < KILLS / 2, "killed while opening: " + openingsKilled);
        assertTrue(largest < 8 << 20, "it has grown to " + largest + " bytes");
    }

    @Test
    void aChildThatAcknowledgesBeforeItWasToldIsCaught() throws Exception {
        Path store = temp.resolve("lies");
        Violation caught = null;
        int kills = 0;
        while (caught == null && kills < 30) {
            kills++;
            Run run = runAndKill(store, kills, true);
            try {
                look(store, List.of(run), false);
            } catch (Violation e) {
                caught = e;
            }
        }
        assertTrue(caught != null, kills + " kills of a lying child were not noticed");
        assertTrue(caught.getMessage().contains("acknowledged"), caught.getMessage());
    }

    /** The oracle itself: each kind of damage done to what a good run has left. */
    @Test
    void theOracleFindsWhatIsMissingOrMadeUp() throws Exception {
        Path store = temp.resolve("doctored");
        List<Entry> found = List.of();
        Run run = runAndKill(store, 1, false);
        for (int kill = 2; found.size() < 60; kill++) {
            look(store, List.of(run), false);
            begin = Math.max(begin, 1);
            List<Entry> before = known;
            run = runAndKill(store, kill, false);
            try (LogStructuredStore opened = LogStructuredStore.open(store, KillChild.options(kill))) {
                begin = opened.beginLsn();
                known = before.stream().filter(entry -> entry.lsn() >= begin).toList();
                found = scan(opened);
            }
            if (found.size() - known.size() < 30) {
                found = List.of();
                known = before;
            }
        }
        List<Run> runs = List.of(run);
        check(found, runs);
        int first = known.size();
        assertCaught(without(found, first + 20), runs, "a hole");
        assertCaught(found.subList(0, first), runs, "a lost end");
        if (first > 0) {
            assertCaught(without(found, 0), runs, "a lost beginning");
        }
        Entry some = found.get(first + 10);
        assertCaught(with(found, first + 10, new Entry(some.lsn() + 8, some.run(), some.thread(), some.number())), runs, "moved");
        assertCaught(with(found, found.size() - 1, new Entry(1L << 40, some.run(), some.thread(), KillChild.MOST - 1)), runs, "made up");
        assertCaught(with(found, first + 10, new Entry(some.lsn(), some.run() + 7, some.thread(), some.number())), runs, "of no run");
        List<Entry> swapped = new ArrayList<>(found);
        swapped.set(first + 10, found.get(first + 11));
        swapped.set(first + 11, found.get(first + 10));
        assertCaught(swapped, runs, "out of order");
    }

    private void assertCaught(List<Entry> doctored, List<Run> runs, String what) {
        assertThrows(Violation.class, () -> check(doctored, runs), what);
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

    // ------------------------------------------------------------------------------------------- the kill

    private Run runAndKill(Path store, int number, boolean lie) throws Exception {
        Path shared = temp.resolve("account");
        Files.deleteIfExists(shared); // the last one stays mapped
        Account account = Account.map(shared);
        while (waiting.size() < 3) {
            waiting.add(ChildJvm.run(FLAGS, KillChild.class));
        }
        ChildJvm child = waiting.remove();
        assertEquals("ready", child.line());
        child.tell(store + " " + shared + " " + number + " " + lie);
        if (random.nextInt(5) > 0) {
            while (account.get(Account.OPENED) == 0 && child.isAlive()) {
                LockSupport.parkNanos(100_000);
            }
            LockSupport.parkNanos(random.nextLong(80_000_000));
        } else {
            LockSupport.parkNanos(random.nextLong(40_000_000));
        }
        assertTrue(child.isAlive(), "the child has ended by itself");
        child.kill();
        openingsKilled += account.get(Account.OPENED) == 0 ? 1 : 0;
        return new Run(number, account);
    }

    @AfterEach
    void endTheChildren() {
        waiting.forEach(ChildJvm::close);
    }

    // ------------------------------------------------------------------------------------------- the look

    private void look(Path directory, List<Run> runs, boolean twice) throws Exception {
        List<Entry> copied = null;
        if (twice && Files.exists(directory)) {
            Path copy = RealStore.copy(directory, temp.resolve("copy-" + runs.getFirst().number()));
            try (LogStructuredStore store = LogStructuredStore.open(copy, KillChild.options(1))) {
                copied = scan(store);
            }
        }
        try (LogStructuredStore store = LogStructuredStore.open(directory, KillChild.options(runs.getLast().number() + 1))) {
            cut += store.recovery().bytesCut();
            checkRoot(store.root(), runs);
            checkBegin(store.beginLsn(), runs);
            begin = store.beginLsn();
            known = known.stream().filter(entry -> entry.lsn() >= begin).toList();
            List<Entry> found = scan(store);
            recovered += found.size() - known.size();
            check(found, runs);
            if (copied != null && !copied.equals(found)) {
                throw new Violation("opened twice, it is not the same: " + copied.size() + " records, then " + found.size());
            }
            known = found;
        }
    }

    /** Every record, byte for byte as it was published. */
    private static List<Entry> scan(LogStructuredStore store) throws IOException, Violation {
        List<Entry> found = new ArrayList<>();
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                byte[] bytes = cursor.payload().toArray(ValueLayout.JAVA_BYTE);
                ByteBuffer header = ByteBuffer.wrap(bytes);
                Entry entry = new Entry(cursor.lsn(), header.getInt(), header.getInt(), header.getInt());
                if (!Arrays.equals(bytes, KillChild.record(entry.run(), entry.thread(), entry.number()))) {
                    throw new Violation("not what was published: " + entry);
                }
                found.add(entry);
            }
        }
        return found;
    }

    private void checkRoot(byte[] bytes, List<Run> runs) throws Violation {
        long found = bytes.length == 0 ? 0 : ByteBuffer.wrap(bytes).getLong();
        Set<Long> allowed = new HashSet<>(List.of(root));
        for (Run run : runs) {
            allow(allowed, run.account().get(Account.ROOT_BEGUN), run.account().get(Account.ROOT_TOLD));
        }
        if (!allowed.contains(found)) {
            throw new Violation("the root holds " + found + ", not one of " + allowed);
        }
        root = found;
    }

    private void checkBegin(long found, List<Run> runs) throws Violation {
        Set<Long> allowed = new HashSet<>(List.of(begin));
        for (Run run : runs) {
            allow(allowed, run.account().get(Account.TRIM_BEGUN), run.account().get(Account.TRIM_TOLD));
        }
        if (!allowed.contains(found) && begin != 0) {
            throw new Violation("the log begins at " + found + ", not at one of " + allowed);
        }
    }

    /** What was told has happened, whatever was possible before; what has begun may have. */
    private static void allow(Set<Long> allowed, long begun, long told) {
        if (told != 0) {
            allowed.clear();
            allowed.add(told);
        }
        if (begun != 0) {
            allowed.add(begun);
        }
    }

    private void check(List<Entry> found, List<Run> runs) throws Violation {
        for (int i = 0; i < known.size(); i++) {
            if (i >= found.size() || !found.get(i).equals(known.get(i))) {
                throw new Violation("what had been there is gone or has moved: " + known.get(i));
            }
        }
        int at = known.size();
        for (int i = at + 1; i < found.size(); i++) {
            if (found.get(i).lsn() <= found.get(i - 1).lsn()) {
                throw new Violation("not in LSN order: " + found.get(i));
            }
        }
        for (Run run : runs) {
            int end = at;
            while (end < found.size() && found.get(end).run() == run.number()) {
                end++;
            }
            checkRun(found.subList(at, end), run);
            at = end;
        }
        if (at < found.size()) {
            throw new Violation("of none of the runs, or out of their order: " + found.get(at));
        }
    }

    private void checkRun(List<Entry> found, Run run) throws Violation {
        Account account = run.account();
        Set<Integer> there = new HashSet<>();
        for (Entry entry : found) {
            int thread = entry.thread();
            if (thread < 0 || thread >= KillChild.THREADS || entry.number() < 1
                    || entry.number() > account.get(Account.begun(thread))) {
                throw new Violation("never published: " + entry);
            }
            long lsn = account.lsn(thread, entry.number());
            if (lsn != 0 && lsn != entry.lsn()) {
                throw new Violation("published at LSN " + lsn + ", found as " + entry);
            }
            if (!there.add(key(thread, entry.number()))) {
                throw new Violation("there twice: " + entry);
            }
        }
        long last = found.isEmpty() ? -1 : found.getLast().lsn();
        for (int thread = 0; thread < KillChild.THREADS; thread++) {
            checkThread(there, last, run, thread);
        }
    }

    private void checkThread(Set<Integer> there, long last, Run run, int thread) throws Violation {
        Account account = run.account();
        long stable = account.get(Account.stable(thread));
        long begun = account.get(Account.begun(thread));
        acknowledged += stable;
        boolean ended = false;
        for (int number = 1; number <= begun; number++) {
            long lsn = account.lsn(thread, number);
            boolean found = there.contains(key(thread, number));
            String who = "record " + number + " of thread " + thread + " in run " + run.number() + ", LSN " + lsn;
            if (lsn != 0 && lsn < begin) {
                continue; // trimmed
            }
            if (!found && number <= stable) {
                throw new Violation("acknowledged as stable, and not there: " + who);
            }
            if (!found && lsn != 0 && lsn < last) {
                throw new Violation("a hole: published below LSN " + last + ", and not there: " + who);
            }
            if (found && ended && lsn != 0) {
                throw new Violation("there, and its predecessor is not: " + who);
            }
            ended |= !found && lsn != 0;
        }
        checkBatches(there, run, thread, (int) begun);
    }

    private void checkBatches(Set<Integer> there, Run run, int thread, int begun) throws Violation {
        for (int first = KillChild.BATCH_EVERY; first <= begun; first += KillChild.BATCH_EVERY) {
            int count = 0;
            boolean trimmed = false;
            for (int i = 0; i < KillChild.BATCH; i++) {
                long lsn = run.account().lsn(thread, first + i);
                trimmed |= lsn != 0 && lsn < begin;
                count += there.contains(key(thread, first + i)) ? 1 : 0;
            }
            if (!trimmed && count != 0 && count != KillChild.BATCH) {
                throw new Violation(count + " of a batch of " + KillChild.BATCH + " are there: " + first + " of thread " + thread
                        + " in run " + run.number());
            }
        }
    }

    private static int key(int thread, int number) {
        return thread * KillChild.MOST + number;
    }
}

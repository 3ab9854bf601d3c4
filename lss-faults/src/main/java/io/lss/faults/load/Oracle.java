package io.lss.faults.load;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.RecoveryReport;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds what a recovered store has against what its runs claim:
 *
 * <ul>
 *   <li>what was acknowledged as stable is there, byte for byte, at its LSN; so is what a failed store has said is stable;
 *   <li>what is there was published; what was not yet published at the crash may be there or not;
 *   <li>it is a prefix: whatever had been published below the last record that is there, by any thread, is there; a batch is
 *   whole;
 *   <li>trims and roots that had returned have happened, others may have;
 *   <li>what an opening that had returned had recovered is there, and its session's number is used up;
 *   <li>what one recovery found the next finds too.
 * </ul>
 *
 * <p>Remembers what it has found, so that the runs it is given are those since its last look. Of one thread.
 */
public final class Oracle {

    private List<Entry> known = List.of();
    private long begin;
    private long root;
    private long acknowledged;

    /** An oracle for a store that is not there yet. */
    public Oracle() {}

    /** {@return how many acknowledged records it has asked for} */
    public long acknowledged() {
        return acknowledged;
    }

    /** {@return what it found at its last look} */
    public List<Entry> known() {
        return known;
    }

    /**
     * Looks at an open store.
     *
     * @param store recovered after the runs
     * @param runs those since the last look, in order
     * @throws ViolationException if something does not hold
     * @throws IOException if the store cannot be read
     */
    public void look(LogStructuredStore store, List<Run> runs) throws IOException, ViolationException {
        checkOpenings(store.recovery(), runs);
        checkRoot(store.root(), runs);
        checkBegin(store.beginLsn(), runs);
        begin = store.beginLsn();
        known = known.stream().filter(entry -> entry.lsn() >= begin).toList();
        List<Entry> found = scan(store);
        check(found, runs);
        known = found;
    }

    /**
     * {@return every record of a store, each byte for byte as it was published}
     *
     * @param store any that only runs have written
     * @throws ViolationException if one is not
     * @throws IOException if the store cannot be read
     */
    public static List<Entry> scan(LogStructuredStore store) throws IOException, ViolationException {
        List<Entry> found = new ArrayList<>();
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                found.add(Payloads.entry(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return found;
    }

    private static void checkOpenings(RecoveryReport recovery, List<Run> runs) throws ViolationException {
        for (Run run : runs) {
            long session = run.claims().get(Claims.OPENED);
            if (session == 0) {
                continue; // it had not been told
            }
            if (recovery.session() <= session) {
                throw new ViolationException("session " + recovery.session() + " begins after session " + session + " had begun");
            }
            if (recovery.endLsn() < run.claims().get(Claims.ADOPTED)) {
                throw new ViolationException("the log ends at " + recovery.endLsn() + ", and run " + run.number()
                        + " was opened with one to "
                        + run.claims().get(Claims.ADOPTED));
            }
        }
    }

    private void checkRoot(byte[] bytes, List<Run> runs) throws ViolationException {
        long found = bytes.length == 0 ? 0 : ByteBuffer.wrap(bytes).getLong();
        Set<Long> allowed = new HashSet<>(List.of(root));
        for (Run run : runs) {
            allow(allowed, run.claims().get(Claims.ROOT_BEGUN), run.claims().get(Claims.ROOT_TOLD));
        }
        if (!allowed.contains(found)) {
            throw new ViolationException("the root holds " + found + ", not one of " + allowed);
        }
        root = found;
    }

    private void checkBegin(long found, List<Run> runs) throws ViolationException {
        Set<Long> allowed = new HashSet<>(List.of(begin));
        for (Run run : runs) {
            allow(allowed, run.claims().get(Claims.TRIM_BEGUN), run.claims().get(Claims.TRIM_TOLD));
        }
        // Where a log begins that was never trimmed is for the store to say.
        if (!allowed.contains(found) && !allowed.contains(0L)) {
            throw new ViolationException("the log begins at " + found + ", not at one of " + allowed);
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

    /** Holds what was found against what was known before and what the runs claim. */
    void check(List<Entry> found, List<Run> runs) throws ViolationException {
        for (int i = 0; i < known.size(); i++) {
            if (i >= found.size() || !found.get(i).equals(known.get(i))) {
                throw new ViolationException("what had been there is gone or has moved: " + known.get(i));
            }
        }
        int at = known.size();
        for (int i = at + 1; i < found.size(); i++) {
            if (found.get(i).lsn() <= found.get(i - 1).lsn()) {
                throw new ViolationException("not in LSN order: " + found.get(i));
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
            throw new ViolationException("of none of the runs, or out of their order: " + found.get(at));
        }
    }

    private void checkRun(List<Entry> found, Run run) throws ViolationException {
        Claims claims = run.claims();
        Set<Integer> there = new HashSet<>();
        for (Entry entry : found) {
            int thread = entry.thread();
            if (thread < 0 || thread >= Load.THREADS || entry.number() < 1 || entry.number() > claims.get(Claims.begun(thread))) {
                throw new ViolationException("never published: " + entry);
            }
            long lsn = claims.lsn(thread, entry.number());
            if (lsn != 0 && lsn != entry.lsn()) {
                throw new ViolationException("published at LSN " + lsn + ", found as " + entry);
            }
            if (!there.add(key(thread, entry.number()))) {
                throw new ViolationException("there twice: " + entry);
            }
        }
        long last = found.isEmpty() ? -1 : found.getLast().lsn();
        for (int thread = 0; thread < Load.THREADS; thread++) {
            checkThread(there, last, run, thread);
        }
    }

    private void checkThread(Set<Integer> there, long last, Run run, int thread) throws ViolationException {
        Claims claims = run.claims();
        long stable = claims.get(Claims.stable(thread));
        long begun = claims.get(Claims.begun(thread));
        long stableLsn = claims.get(Claims.STABLE_AT_FAILURE);
        acknowledged += stable;
        boolean ended = false;
        for (int number = 1; number <= begun; number++) {
            long lsn = claims.lsn(thread, number);
            if (lsn != 0 && lsn < begin) {
                continue; // trimmed
            }
            boolean found = there.contains(key(thread, number));
            if (!found && number <= stable) {
                throw new ViolationException("acknowledged as stable, and not there: " + who(run, thread, number, lsn));
            }
            if (!found && lsn != 0 && lsn < stableLsn) {
                throw new ViolationException("acknowledged by a failure that says what is stable, below LSN " + stableLsn
                        + ", and not there: " + who(run, thread, number, lsn));
            }
            if (!found && lsn != 0 && lsn < last) {
                throw new ViolationException(
                        "a hole: published below LSN " + last + ", and not there: " + who(run, thread, number, lsn));
            }
            if (found && ended && lsn != 0) {
                throw new ViolationException("there, and its predecessor is not: " + who(run, thread, number, lsn));
            }
            ended |= !found && lsn != 0;
        }
        checkBatches(there, run, thread, (int) begun);
    }

    private static String who(Run run, int thread, int number, long lsn) {
        return "record " + number + " of thread " + thread + " in run " + run.number() + ", LSN " + lsn;
    }

    private void checkBatches(Set<Integer> there, Run run, int thread, int begun) throws ViolationException {
        for (int first = Load.BATCH_EVERY; first <= begun; first += Load.BATCH_EVERY) {
            int count = 0;
            boolean trimmed = false;
            for (int i = 0; i < Load.BATCH; i++) {
                long lsn = run.claims().lsn(thread, first + i);
                trimmed |= lsn != 0 && lsn < begin;
                count += there.contains(key(thread, first + i)) ? 1 : 0;
            }
            if (!trimmed && count != 0 && count != Load.BATCH) {
                throw new ViolationException(count + " of a batch of " + Load.BATCH + " are there: " + first + " of thread "
                        + thread
                        + " in run " + run.number());
            }
        }
    }

    private static int key(int thread, int number) {
        return thread * Load.MOST + number;
    }
}

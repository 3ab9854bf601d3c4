package io.lss.tck.crash;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a store knows: what was published, what was acknowledged, what was being tried. Says at any moment what a
 * crash may leave. Used by one thread.
 */
final class LogModel {

    /** Where a reservation is in its life. */
    enum State {
        OPEN,
        /** In the call that publishes it. */
        PUBLISHING,
        PUBLISHED,
        ABORTED
    }

    /** A reservation whose LSN is known. */
    static final class Entry {
        private final long lsn;
        private final byte[] payload;
        private final long batch;
        private State state;

        private Entry(long lsn, byte[] payload, long batch, State state) {
            this.lsn = lsn;
            this.payload = payload;
            this.batch = batch;
            this.state = state;
        }

        long lsn() {
            return lsn;
        }

        byte[] payload() {
            return payload;
        }

        /** {@return which batch it is of; 0: none} */
        long batch() {
            return batch;
        }

        State state() {
            return state;
        }
    }

    /** An append whose call has not returned, or has failed: it may or may not have happened. */
    record Attempt(List<byte[]> payloads) {}

    private final NavigableMap<Long, Entry> entries = new TreeMap<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private long acknowledged;
    private long begin;
    private final List<Long> beginAttempts = new ArrayList<>();
    private byte[] root = new byte[0];
    private final List<byte[]> rootAttempts = new ArrayList<>();
    private boolean mayGiveUp;
    private boolean beginKnown;
    private long batches;
    private long version;

    /** {@return the model of a store in which nothing was ever done} */
    static LogModel empty() {
        return new LogModel();
    }

    /** {@return the model of a store that was found like this when it was opened} */
    static LogModel of(StoreContent found) {
        var model = new LogModel();
        for (StoreContent.Stored each : found.records()) {
            model.entries.put(each.lsn(), new Entry(each.lsn(), each.payload(), 0, State.PUBLISHED));
        }
        model.begin = found.beginLsn();
        model.beginKnown = true;
        model.root = found.root();
        model.acknowledge(found.stableLsn());
        return model;
    }

    /** {@return a number that changes with every change} */
    long version() {
        return version;
    }

    // -------------------------------------------------------------------------------------------- appends

    /** An append is going to be called. */
    Attempt attempt(List<byte[]> payloads) {
        version++;
        var attempt = new Attempt(payloads);
        attempts.add(attempt);
        return attempt;
    }

    /** It has returned. */
    void appended(Attempt attempt, long... lsns) {
        version++;
        attempts.remove(attempt);
        if (lsns.length != attempt.payloads().size()) {
            throw new ViolationException(lsns.length + " LSNs for " + attempt.payloads().size() + " records");
        }
        long batch = lsns.length > 1 ? ++batches : 0;
        for (int i = 0; i < lsns.length; i++) {
            add(lsns[i], attempt.payloads().get(i), batch, State.PUBLISHED);
        }
    }

    /** It has failed in a way that says that it did not happen. */
    void refused(Attempt attempt) {
        version++;
        attempts.remove(attempt);
    }

    /** A reservation was made; its payload is already known to the model. */
    Entry reserved(long lsn, byte[] payload) {
        version++;
        return add(lsn, payload, 0, State.OPEN);
    }

    private Entry add(long lsn, byte[] payload, long batch, State state) {
        if (lsn % 8 != 0 || !entries.isEmpty() && lsn <= entries.lastKey()) {
            throw new ViolationException("S1: LSN " + lsn + " was handed out after LSN " + (entries.isEmpty() ? -1 : entries.lastKey()));
        }
        if (lsn < acknowledged) {
            throw new ViolationException("S4: LSN " + lsn + " was handed out when the log was stable up to " + acknowledged);
        }
        var entry = new Entry(lsn, payload, batch, state);
        entries.put(lsn, entry);
        return entry;
    }

    /** A reservation goes to another state. */
    void become(Entry entry, State state) {
        version++;
        entry.state = state;
    }

    /** From now on the store may give up reservations that are open. */
    void mayGiveUpReservations() {
        version++;
        mayGiveUp = true;
    }

    // -------------------------------------------------------------------------------------------- acknowledgements

    /** Somebody was told that everything below an LSN is stable. */
    void acknowledge(long stableLsn) {
        if (stableLsn > acknowledged) {
            version++;
            acknowledged = stableLsn;
            if (!mayGiveUp) {
                for (Entry each : entries.headMap(stableLsn).descendingMap().values()) {
                    if (each.state == State.OPEN) {
                        throw new ViolationException(
                                "S4: the log is told stable up to " + stableLsn + ", the reservation at LSN " + each.lsn + " is open");
                    }
                }
            }
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    void rootAttempt(byte[] next) {
        version++;
        rootAttempts.add(next);
    }

    void rootSet(byte[] next) {
        version++;
        root = next;
        rootAttempts.clear();
    }

    void beginAttempt(long lsn) {
        version++;
        beginAttempts.add(lsn);
    }

    void beginSet(long lsn) {
        version++;
        begin = Math.max(begin, lsn);
        beginKnown = true;
        beginAttempts.clear();
    }

    // -------------------------------------------------------------------------------------------- queries

    long begin() {
        return begin;
    }

    boolean isRoot(byte[] found) {
        return Arrays.equals(found, root) || rootAttempts.stream().anyMatch(each -> Arrays.equals(found, each));
    }

    byte[] root() {
        return root;
    }

    /** {@return whether the log may begin there} Of a new store only the engine knows. */
    boolean isBegin(long found) {
        return !beginKnown && (beginAttempts.isEmpty() || beginAttempts.contains(found) || entries.isEmpty() || found <= entries.firstKey())
                || found == begin
                || beginAttempts.contains(found);
    }

    boolean mayGiveUp() {
        return mayGiveUp;
    }

    List<Attempt> attempts() {
        return attempts;
    }

    /** {@return all reservations, in LSN order} */
    NavigableMap<Long, Entry> entries() {
        return entries;
    }

    /** {@return the payload of the record at an LSN if it is this one, else a copy} */
    byte[] sameOrCopy(long lsn, MemorySegment payload) {
        @Nullable Entry entry = entries.get(lsn);
        if (entry != null && MemorySegment.ofArray(entry.payload).mismatch(payload) < 0) {
            return entry.payload;
        }
        return payload.toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public String toString() {
        long published = entries.values().stream().filter(each -> each.state == State.PUBLISHED).count();
        Map.Entry<Long, Entry> last = entries.lastEntry();
        return published + " records published" + (last == null ? "" : ", the last reservation at LSN " + last.getKey())
                + ", told stable up to " + acknowledged + ", begin " + begin + (beginAttempts.isEmpty() ? "" : " or " + beginAttempts)
                + (attempts.isEmpty() ? "" : ", " + attempts.size() + " appends unknown");
    }
}

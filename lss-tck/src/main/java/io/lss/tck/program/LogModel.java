package io.lss.tck.program;

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
public final class LogModel {

    /** Where a reservation is in its life. */
    public enum State {
        OPEN,
        /** In the call that publishes it. */
        PUBLISHING,
        PUBLISHED,
        ABORTED
    }

    /** A reservation whose LSN is known. */
    public static final class Entry {
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

        public long lsn() {
            return lsn;
        }

        public byte[] payload() {
            return payload;
        }

        /** {@return which batch it is of; 0: none} */
        public long batch() {
            return batch;
        }

        public State state() {
            return state;
        }
    }

    /** An append whose call has not returned, or has failed: it may or may not have happened. */
    public record Attempt(List<byte[]> payloads) {}

    private final NavigableMap<Long, Entry> entries = new TreeMap<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private long acknowledged;
    private long synced;
    private long begin;
    private final List<Long> beginAttempts = new ArrayList<>();
    private byte[] root = new byte[0];
    private final List<byte[]> rootAttempts = new ArrayList<>();
    private boolean mayGiveUp;
    private boolean acknowledgesWhenSynced;
    private boolean beginKnown;
    private long batches;

    /** The highest LSN that was handed out before the store was opened. */
    private long highest = -1;

    private long version;

    /** {@return the model of a store in which nothing was ever done} */
    public static LogModel empty() {
        return new LogModel();
    }

    /** {@return the model of a store that was found like this when it was opened} Recovery has synced what it adopted. */
    public static LogModel of(StoreContent found) {
        var model = new LogModel();
        for (StoreContent.Stored each : found.records()) {
            model.entries.put(each.lsn(), new Entry(each.lsn(), each.payload(), 0, State.PUBLISHED));
        }
        model.begin = found.beginLsn();
        model.beginKnown = true;
        model.root = found.root();
        model.acknowledge(found.stableLsn());
        model.synced = found.stableLsn();
        return model;
    }

    /** {@return the same, after what a caller knew before; LSNs handed out then are never handed out again} */
    public static LogModel after(LogModel before, StoreContent found) {
        LogModel model = of(found);
        model.highest = Math.max(before.highest, before.entries.isEmpty() ? -1 : before.entries.lastKey());
        return model;
    }

    /** {@return a number that changes with every change} */
    public long version() {
        return version;
    }

    // -------------------------------------------------------------------------------------------- appends

    /** An append is going to be called. */
    public Attempt attempt(List<byte[]> payloads) {
        version++;
        var attempt = new Attempt(payloads);
        attempts.add(attempt);
        return attempt;
    }

    /** It has returned. */
    public void appended(Attempt attempt, long... lsns) {
        version++;
        attempts.remove(attempt);
        if (lsns.length != attempt.payloads().size()) {
            throw new ViolationException("S1: " + lsns.length + " LSNs for " + attempt.payloads().size() + " records");
        }
        long batch = lsns.length > 1 ? ++batches : 0;
        for (int i = 0; i < lsns.length; i++) {
            add(lsns[i], attempt.payloads().get(i), batch, State.PUBLISHED);
        }
    }

    /** It has failed in a way that says that it did not happen. */
    public void refused(Attempt attempt) {
        version++;
        attempts.remove(attempt);
    }

    /** A reservation was made; its payload is already known to the model. */
    public Entry reserved(long lsn, byte[] payload) {
        version++;
        return add(lsn, payload, 0, State.OPEN);
    }

    private Entry add(long lsn, byte[] payload, long batch, State state) {
        long last = Math.max(highest, entries.isEmpty() ? -1 : entries.lastKey());
        if (lsn % 8 != 0 || lsn <= last) {
            throw new ViolationException("S1: LSN " + lsn + " was handed out after LSN " + last);
        }
        if (lsn < acknowledged && state == State.OPEN) {
            throw new ViolationException("S4: LSN " + lsn + " was reserved when the log was told stable up to " + acknowledged);
        }
        var entry = new Entry(lsn, payload, batch, state);
        entries.put(lsn, entry);
        return entry;
    }

    /** A reservation goes to another state. */
    public void become(Entry entry, State state) {
        version++;
        entry.state = state;
    }

    /** From now on the store acknowledges only what survives power loss. */
    public void acknowledgesWhenSynced() {
        acknowledgesWhenSynced = true;
    }

    /** From now on the store may give up reservations that are open. */
    public void mayGiveUpReservations() {
        version++;
        mayGiveUp = true;
    }

    // -------------------------------------------------------------------------------------------- acknowledgements

    /** Somebody was told that everything below an LSN is stable. */
    public void acknowledge(long stableLsn) {
        if (stableLsn > acknowledged) {
            version++;
            acknowledged = stableLsn;
            synced = acknowledgesWhenSynced ? Math.max(synced, stableLsn) : synced;
            if (!mayGiveUp) {
                for (Entry each : entries.headMap(stableLsn, false).values()) {
                    if (each.state == State.OPEN) {
                        throw new ViolationException(
                                "S4: the log is told stable up to " + stableLsn + ", the reservation at LSN " + each.lsn + " is open");
                    }
                }
            }
        }
    }

    /** A close has returned: whatever is acknowledged is synced, whatever the store's durability. */
    public void closed() {
        version++;
        synced = acknowledged;
    }

    public long acknowledged() {
        return acknowledged;
    }

    /** {@return below which LSN every record survives} */
    public long survivesBelow(boolean powerCut) {
        return powerCut ? synced : acknowledged;
    }

    /** {@return the published records at or above an LSN} */
    public List<Entry> publishedFrom(long lsn) {
        return entries.tailMap(lsn, true).values().stream().filter(each -> each.state == State.PUBLISHED).toList();
    }

    public void rootAttempt(byte[] next) {
        version++;
        rootAttempts.add(next);
    }

    public void rootSet(byte[] next) {
        version++;
        root = next;
        rootAttempts.clear();
    }

    public void beginAttempt(long lsn) {
        version++;
        beginAttempts.add(lsn);
    }

    public void beginSet(long lsn) {
        version++;
        begin = Math.max(begin, lsn);
        beginKnown = true;
        beginAttempts.clear();
    }

    // -------------------------------------------------------------------------------------------- queries

    public long begin() {
        return begin;
    }

    public boolean isRoot(byte[] found) {
        return Arrays.equals(found, root) || rootAttempts.stream().anyMatch(each -> Arrays.equals(found, each));
    }

    public byte[] root() {
        return root;
    }

    /** {@return whether the log may begin there} Of a new store only the engine knows. */
    public boolean isBegin(long found) {
        return !beginKnown || found == begin || beginAttempts.contains(found);
    }

    /** {@return whether the record at an LSN may be below the begin} */
    public boolean mayBeTrimmed(long lsn) {
        return lsn < begin || beginAttempts.stream().anyMatch(attempt -> lsn < attempt);
    }

    /** {@return whether there ever was a store that somebody saw open} */
    public boolean knowsBegin() {
        return beginKnown;
    }

    /** {@return whether a change of root or begin was begun and not acknowledged} */
    public boolean isInDoubt() {
        return !rootAttempts.isEmpty() || !beginAttempts.isEmpty();
    }

    public boolean mayGiveUp() {
        return mayGiveUp;
    }

    public List<Attempt> attempts() {
        return attempts;
    }

    /** {@return all reservations, in LSN order} */
    public NavigableMap<Long, Entry> entries() {
        return entries;
    }

    /** {@return the payload of the record at an LSN if it is this one, else a copy} */
    public byte[] sameOrCopy(long lsn, MemorySegment payload) {
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

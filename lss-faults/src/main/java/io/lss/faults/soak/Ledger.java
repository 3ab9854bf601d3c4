package io.lss.faults.soak;

import io.lss.faults.load.ViolationException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was published where. A record's bytes follow from its number and length, so that it need not be kept. Safe for many
 * threads, but for {@link #settle}.
 *
 * <p>A reservation is entered before its payload is published; an append only when it has returned, and until then its number is
 * pending: who meets an LSN that is not in the ledger looks there.
 */
final class Ledger {

    /** Below this length a record cannot say its own number. */
    static final int SELF_TELLING = 12;

    /** What is known of an LSN. */
    enum State {
        /** Reserved; may have been published when the store failed. */
        OPEN,
        PUBLISHED,
        ABORTED
    }

    private record Line(long number, int length, State state) {}

    private final ConcurrentSkipListMap<Long, Line> lines = new ConcurrentSkipListMap<>();
    private final Map<Long, Integer> pending = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong(-1);

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    static byte[] payload(long number, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(number * 31 + length).nextBytes(bytes);
        if (length >= SELF_TELLING) {
            ByteBuffer.wrap(bytes).putLong(number).putInt(length);
        }
        return bytes;
    }

    void reserved(long lsn, long number, int length) {
        lines.put(lsn, new Line(number, length, State.OPEN));
    }

    void published(long lsn, long number, int length) {
        lines.put(lsn, new Line(number, length, State.PUBLISHED));
        pending.remove(number);
    }

    void aborted(long lsn) {
        lines.computeIfPresent(lsn, (each, line) -> new Line(line.number(), line.length(), State.ABORTED));
    }

    void appending(long number, int length) {
        pending.put(number, length);
    }

    /** An append has thrown what leaves nothing behind. */
    void notAppended(long number) {
        pending.remove(number);
    }

    void acknowledged(long lsn) {
        acknowledged.accumulateAndGet(lsn, Math::max);
    }

    long size() {
        return lines.size();
    }

    /** {@return an LSN with a record, near a given one; null if there is none} */
    @Nullable Long near(long lsn) {
        Map.Entry<Long, Line> entry = lines.ceilingEntry(lsn);
        return entry == null ? null : entry.getKey();
    }

    /** {@return the length of the record at an LSN, 0 if there is none} */
    int length(long lsn) {
        Line line = lines.get(lsn);
        return line == null ? 0 : line.length();
    }

    boolean isPublished(long lsn) {
        Line line = lines.get(lsn);
        return line != null && line.state() == State.PUBLISHED;
    }

    /** Checks a record that a read, scan or tail has found. */
    void check(long lsn, byte[] bytes) throws ViolationException {
        Line line = lines.get(lsn);
        if (line == null) {
            checkPending(lsn, bytes);
            return;
        }
        if (line.state() == State.ABORTED) {
            throw new ViolationException("aborted, and found: LSN " + lsn);
        }
        if (line.length() != bytes.length || !Arrays.equals(bytes, payload(line.number(), line.length()))) {
            throw new ViolationException("not what was published: LSN " + lsn + ", " + bytes.length + " bytes instead of "
                    + line.length());
        }
    }

    private void checkPending(long lsn, byte[] bytes) throws ViolationException {
        if (bytes.length >= SELF_TELLING) {
            ByteBuffer header = ByteBuffer.wrap(bytes);
            long number = header.getLong();
            boolean known = number > 0 && number <= numbers.get() && header.getInt() == bytes.length;
            if (known && Arrays.equals(bytes, payload(number, bytes.length)) && isPendingOr(number, lsn)) {
                return;
            }
        }
        throw new ViolationException("nobody published it: LSN " + lsn + ", " + bytes.length + " bytes");
    }

    /** Its append may have returned just now, and entered it. */
    private boolean isPendingOr(long number, long lsn) {
        return pending.containsKey(number) || lines.containsKey(lsn);
    }

    /** Drops what is below the begin of the log. */
    void trimmed(long begin) {
        lines.headMap(begin).clear();
    }

    /**
     * Holds a recovered log against the ledger, and then forgets what was not recovered. Nobody appends.
     *
     * @param found its records: LSN to bytes
     * @param begin where it begins
     */
    void settle(ConcurrentSkipListMap<Long, byte[]> found, long begin) throws ViolationException {
        trimmed(begin);
        long last = found.isEmpty() ? begin - 1 : found.lastKey();
        for (Map.Entry<Long, Line> each : lines.entrySet()) {
            boolean isThere = found.containsKey(each.getKey());
            if (each.getValue().state() == State.PUBLISHED && !isThere) {
                if (each.getKey() <= acknowledged.get()) {
                    throw new ViolationException("acknowledged up to LSN " + acknowledged.get() + ", and not there: LSN "
                            + each.getKey());
                }
                if (each.getKey() < last) {
                    throw new ViolationException("a hole below LSN " + last + ": not there is LSN " + each.getKey());
                }
            }
        }
        for (Map.Entry<Long, byte[]> each : found.entrySet()) {
            check(each.getKey(), each.getValue());
        }
        lines.keySet().removeIf(lsn -> !found.containsKey(lsn));
        found.forEach((lsn, bytes) -> {
            if (!lines.containsKey(lsn)) {
                lines.put(lsn, new Line(ByteBuffer.wrap(bytes).getLong(), bytes.length, State.PUBLISHED));
            }
        });
        lines.replaceAll((lsn, line) -> new Line(line.number(), line.length(), State.PUBLISHED));
        pending.clear();
        acknowledged.set(last);
    }
}

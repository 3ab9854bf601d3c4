package io.lss.cli.demo;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Judges a log: is every acknowledged record there, byte for byte, in order, and nothing that was not appended? It is
 * given every record of the log in the order found, and cuts the files anew to know what each should be. Used by one
 * thread.
 *
 * <p>For each writer the log must hold the records 0 to n - 1, once each and in this order, where n is at least what
 * was acknowledged and at most what was begun.
 */
final class Verifier implements AutoCloseable {
    /** What can be wrong. */
    enum Fault {
        /** An acknowledged record is not there, or one is not there while a later one of its writer is. */
        MISSING,
        /** A record is not what was appended. */
        ALTERED,
        /** A record that nobody published in this run. */
        FOREIGN,
        /** A record that was there before. */
        DUPLICATE,
        /** A record behind a later one. */
        OUT_OF_ORDER
    }

    /**
     * Something wrong.
     *
     * @param fault what
     * @param text where, for a person
     */
    record Finding(Fault fault, String text) {
        @Override
        public String toString() {
            return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + text;
        }
    }

    /** More would not be read. */
    private static final int MAX_FINDINGS = 10;

    /** What is known of one writer. */
    private static final class Track {
        private final Claim claim;
        private final RecordCutter cutter;
        private final SourceReader source;

        /** Records that were passed over: they may still come, in the wrong place. */
        private final TreeMap<Long, Cut> passedOver = new TreeMap<>();

        private long lastLsn = -1;

        Track(Claim claim, RecordCutter cutter, SourceReader source) {
            this.claim = claim;
            this.cutter = cutter;
            this.source = source;
        }
    }

    private final LoadPlan plan;
    private final List<Track> tracks = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private long faults;
    private long records;
    private long bytes;
    private long lastLsn = -1;

    /**
     * A verifier that has seen nothing yet.
     *
     * @param plan what was to be appended
     * @param claims what each writer did
     */
    Verifier(LoadPlan plan, List<Claim> claims) {
        this.plan = plan;
        for (int writer = 0; writer < claims.size(); writer++) {
            tracks.add(new Track(claims.get(writer), plan.cutter(writer), plan.reader(writer)));
        }
    }

    /** Judges the next record of the log, and {@return whether it is as it should be} */
    boolean check(long lsn, MemorySegment record) throws IOException {
        long before = faults;
        records++;
        bytes += record.byteSize();
        if (lsn <= lastLsn) {
            found(Fault.OUT_OF_ORDER, "LSN " + lsn + " comes after LSN " + lastLsn);
        }
        lastLsn = Math.max(lastLsn, lsn);
        if (isOurs(lsn, record)) {
            Track track = tracks.get(RecordImage.writer(record));
            check(lsn, record, track, RecordImage.cut(record).sequence());
            track.lastLsn = Math.max(track.lastLsn, lsn);
        }
        return faults == before;
    }

    private boolean isOurs(long lsn, MemorySegment record) {
        String where = "the record at LSN " + lsn + " ";
        if (record.byteSize() < RecordImage.HEADER_BYTES || RecordImage.run(record) != plan.run()) {
            found(Fault.FOREIGN, where + "(" + record.byteSize() + " bytes) was not appended by this run");
            return false;
        }
        if (RecordImage.kind(record) != RecordImage.PUBLISHED) {
            found(Fault.FOREIGN, where + "was aborted, not published");
            return false;
        }
        Cut cut = RecordImage.cut(record);
        if (cut.writer() < 0 || cut.writer() >= tracks.size()) {
            found(Fault.FOREIGN, where + "names writer " + cut.writer() + ", of which there is none");
            return false;
        }
        long begun = tracks.get(cut.writer()).claim.begun();
        if (cut.sequence() < 0 || cut.sequence() >= begun) {
            found(Fault.FOREIGN, where + "is " + name(cut) + ", but only " + begun + " were ever begun");
            return false;
        }
        return true;
    }

    private void check(long lsn, MemorySegment record, Track track, long sequence) throws IOException {
        long expected = track.cutter.sequence();
        Cut cut;
        if (sequence >= expected) {
            while (track.cutter.sequence() < sequence) {
                Cut passed = track.cutter.next();
                track.passedOver.put(passed.sequence(), passed);
            }
            cut = track.cutter.next();
        } else {
            Cut late = track.passedOver.remove(sequence);
            if (late == null) {
                found(Fault.DUPLICATE, name(RecordImage.cut(record)) + " is there again at LSN " + lsn);
                return;
            }
            found(Fault.OUT_OF_ORDER, name(late) + " at LSN " + lsn + " comes after number " + (expected - 1));
            cut = late;
        }
        track.source.load(cut);
        String difference = RecordImage.difference(record, lsn, cut, track.source);
        if (difference != null) {
            found(Fault.ALTERED, name(cut) + " at LSN " + lsn + " " + difference);
        }
    }

    /** Judges what has not come, when everything has. */
    Verdict finish() {
        List<Long> recovered = new ArrayList<>();
        for (int writer = 0; writer < tracks.size(); writer++) {
            Track track = tracks.get(writer);
            track.passedOver.forEach((sequence, cut) ->
                    found(Fault.MISSING, name(cut) + " is not there, though later ones of its writer are"));
            long there = track.cutter.sequence();
            recovered.add(there);
            long lost = track.claim.acknowledged() - there;
            if (lost > 0) {
                found(
                        Fault.MISSING,
                        lost + " acknowledged records of writer " + writer + " are not there, from number "
                                + there + " on; the last was acknowledged at LSN "
                                + track.claim.acknowledgedLsn());
            } else if (track.lastLsn < track.claim.acknowledgedLsn()) {
                found(
                        Fault.MISSING,
                        "the record of writer " + writer + " acknowledged at LSN " + track.claim.acknowledgedLsn()
                                + " is not there; its last is at LSN " + track.lastLsn);
            }
        }
        return new Verdict(records, bytes, faults, List.copyOf(findings), List.copyOf(recovered));
    }

    private static String name(Cut cut) {
        return "record " + cut.sequence() + " of writer " + cut.writer();
    }

    private void found(Fault fault, String text) {
        faults++;
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(fault, text));
        }
    }

    @Override
    public void close() throws IOException {
        for (Track track : tracks) {
            track.source.close();
        }
    }
}

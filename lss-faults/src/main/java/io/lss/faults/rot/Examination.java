package io.lss.faults.rot;

import io.lss.api.Durability;
import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreLocationException;
import io.lss.core.format.Root;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens a damaged store, reads it in every way, and holds what it finds against what was published:
 *
 * <ul>
 *   <li>what is returned is byte for byte what was published at that LSN;
 *   <li>a scan gives a prefix, then an error or the end; nothing that is still on record as stable is missing without an error;
 *   <li>the error names the store, the LSN and the segment, and a segment that was damaged is among those it names;
 *   <li>a damaged store is never a new or an empty one;
 *   <li>a refused open changes no byte; when the damage is undone, everything is there;
 *   <li>verification finds what scan and read meet, also what they do not meet, and nothing where nothing is damaged.
 * </ul>
 *
 * <p>One thread's.
 */
final class Examination {

    /** What came of opening a store. */
    enum Outcome {
        /** Open threw. */
        REFUSED,
        /** A scan threw. */
        REPORTED,
        /** All there, as far as anything says that there was more. */
        WHOLE
    }

    private static final Pattern SEGMENT = Pattern.compile("segment (\\d+)");

    private final StoreImage image;
    private final List<Part> parts;
    private final OnRecord record;
    private final Place place;
    private final String provider;
    private final Root root;
    private int cut;

    Examination(StoreImage image, List<Part> parts, Place place, String provider) {
        this.image = image;
        this.parts = parts;
        this.record = new OnRecord(image, parts);
        this.place = place;
        this.provider = provider;
        Root best = OnRecord.bestRoot(image.files());
        if (best == null) {
            throw new IllegalArgumentException(image.name() + " has no root");
        }
        this.root = best;
    }

    private LogStructuredStore open(OpenMode mode) throws IOException {
        return LogStructuredStore.open(
                place.directory(), Author.options(provider, Durability.SYNC).openMode(mode).build());
    }

    /**
     * {@return what came of a damage}
     *
     * @param undo whether the damage is undone afterwards and the store, if it could be opened, looked at again
     * @throws ViolationException if something does not hold
     * @throws IOException if something else than the store's own exceptions comes
     */
    Outcome examine(Damage damage, boolean undo) throws IOException, ViolationException {
        return new Case(damage.of(image)).examine(undo);
    }

    /**
     * {@return how many records of which nothing on record had said that they were stable were cut, and were asked for in vain}
     */
    int cut() {
        return cut;
    }

    /** Examines the store as it was left. */
    void examineUndamaged() throws IOException, ViolationException {
        if (new Case(image.files()).examine(false) != Outcome.WHOLE) {
            throw new ViolationException("undamaged, it is not whole");
        }
    }

    /** One damaged store. */
    private final class Case {

        private final Map<String, byte[]> damaged;

        /** The segments in which something is not what it was. */
        private final Set<Long> segments = new TreeSet<>();

        private final boolean rootsAreDamaged;

        /** Whether the root that counts is not the last that was written. */
        private final boolean rootIsOld;

        private final boolean noRoot;
        private final boolean noRootFile;
        private final boolean lacksRootFile;
        private final long onRecord;
        private List<Map.Entry<Long, byte[]>> expected = List.of();
        private int scanned;
        private boolean reported;

        Case(Map<String, byte[]> damaged) {
            this.damaged = damaged;
            Set<String> files = new TreeSet<>(damaged.keySet());
            files.addAll(image.files().keySet());
            boolean roots = false;
            for (String file : files) {
                if (!Arrays.equals(damaged.get(file), image.files().get(file))) {
                    if (StoreImage.isSegment(file)) {
                        segments.add(StoreImage.number(file));
                    } else {
                        roots = true;
                    }
                }
            }
            rootsAreDamaged = roots;
            Root best = OnRecord.bestRoot(damaged);
            noRoot = best == null;
            rootIsOld = best != null && best.sequence() < root.sequence();
            boolean has0 = damaged.containsKey(StoreImage.rootName(0));
            boolean has1 = damaged.containsKey(StoreImage.rootName(1));
            noRootFile = !has0 && !has1;
            lacksRootFile = !has0 || !has1;
            onRecord = record.stableLsn(damaged);
        }

        Outcome examine(boolean undo) throws IOException, ViolationException {
            place.put(damaged);
            LogStructuredStore store;
            try {
                store = open(OpenMode.OPEN_EXISTING);
            } catch (StoreException e) {
                refused(e);
                if (noRoot && !image.published().isEmpty()) {
                    isNoNewStore();
                }
                return Outcome.REFUSED;
            }
            try (store) {
                inspect(store);
            }
            if (undo && !rootsAreDamaged) {
                undone();
            }
            return reported ? Outcome.REPORTED : Outcome.WHOLE;
        }

        // --------------------------------------------------------------------------------------- refused

        private void refused(StoreException e) throws IOException, ViolationException {
            String changed = Place.difference(damaged, place.content());
            if (!changed.isEmpty()) {
                throw new ViolationException("open was refused, and " + changed + ": " + e);
            }
            if (segments.isEmpty() && !rootsAreDamaged) {
                throw new ViolationException("refused, and nothing is damaged: " + e);
            }
            if (e instanceof StoreLocationException && (noRootFile || lacksRootFile && noRoot && image.published().isEmpty())) {
                // A store that never held a record is not to be told, without its roots, from one whose creation was cut off.
                return;
            }
            named(e);
            if (segments.isEmpty() && !noRoot && !rootIsOld) {
                throw new ViolationException("refused, and one root copy is whole: " + e);
            }
        }

        /** Where a store may be created, one without roots is no room for a new one. */
        private void isNoNewStore() throws IOException, ViolationException {
            try (LogStructuredStore made = open(OpenMode.OPEN_OR_CREATE)) {
                throw new ViolationException("a new store in place of a damaged one: " + made.recovery());
            } catch (StoreCorruptException e) {
                named(e);
            }
            String changed = Place.difference(damaged, place.content());
            if (!changed.isEmpty()) {
                throw new ViolationException("open was refused, and " + changed);
            }
        }

        /** An error says which store, where in the log, and which segment. */
        private void named(StoreException e) throws ViolationException {
            String message = String.valueOf(e.getMessage());
            if (!(e instanceof StoreCorruptException corrupt)) {
                throw new ViolationException("damage is reported as something else: " + e);
            }
            if (!message.contains(place.directory().toString())) {
                throw new ViolationException("an error does not name the store: " + e);
            }
            if (corrupt.lsn() < 0) {
                if (!noRoot && !rootIsOld || !message.contains("copy 0") || !message.contains("copy 1")) {
                    throw new ViolationException("an error blames the root, or does not say what is wrong with it: " + e);
                }
                return;
            }
            place(corrupt.lsn(), message);
        }

        private void place(long lsn, String message) throws ViolationException {
            if (!message.contains("LSN " + lsn)) {
                throw new ViolationException("an error does not name its LSN " + lsn + ": " + message);
            }
            Set<Long> named = new TreeSet<>();
            for (Matcher matcher = SEGMENT.matcher(message); matcher.find(); ) {
                named.add(Long.parseLong(matcher.group(1)));
            }
            if (named.isEmpty()) {
                throw new ViolationException("an error does not name a segment: " + message);
            }
            boolean near = segments.stream().anyMatch(each -> named.contains(each) || each == lsn / image.segmentSize());
            if (!near && !segments.isEmpty() && !rootIsOld) {
                throw new ViolationException("an error names " + named + ", damaged is " + segments + ": " + message);
            }
        }

        // --------------------------------------------------------------------------------------- opened

        private void inspect(LogStructuredStore store) throws IOException, ViolationException {
            if (noRoot || store.recovery().end() == EndOfLog.CREATED) {
                throw new ViolationException("opened without any root: " + store.recovery());
            }
            if (rootIsOld
                    ? !image.begins().contains(store.beginLsn())
                    : store.beginLsn() != image.begin()) {
                throw new ViolationException("the log begins at LSN " + store.beginLsn() + ", not at " + image.begin());
            }
            byte[] appRoot = store.root();
            if (rootIsOld
                    ? image.appRoots().stream().noneMatch(each -> Arrays.equals(each, appRoot))
                    : !Arrays.equals(image.appRoots().getLast(), appRoot)) {
                throw new ViolationException("the application root is not what was set");
            }
            expected = List.copyOf(image.published().tailMap(store.beginLsn(), true).entrySet());
            scan(store);
            read(store);
            verify(store);
        }

        private void scan(LogStructuredStore store) throws IOException, ViolationException {
            scanned = 0;
            reported = false;
            try (RecordCursor cursor = store.scan(store.beginLsn())) {
                while (cursor.next()) {
                    byte[] payload = cursor.payload().toArray(ValueLayout.JAVA_BYTE);
                    if (scanned == expected.size()
                            || cursor.lsn() != expected.get(scanned).getKey()
                            || !Arrays.equals(payload, expected.get(scanned).getValue())) {
                        throw new ViolationException("a scan gives a record of " + payload.length + " bytes at LSN "
                                + cursor.lsn()
                                + ", published was "
                                + (scanned == expected.size() ? "none" : "one at LSN " + expected.get(scanned).getKey()));
                    }
                    scanned++;
                }
            } catch (StoreException e) {
                named(e);
                reported = true;
                if (scanned > 0 && e instanceof StoreCorruptException corrupt
                        && corrupt.lsn() <= expected.get(scanned - 1).getKey()) {
                    throw new ViolationException("a scan gave the record at LSN " + expected.get(scanned - 1).getKey()
                            + " and then " + e);
                }
            }
            if (!reported && scanned < expected.size() && expected.get(scanned).getKey() < onRecord) {
                throw new ViolationException("silently lost: the record at LSN " + expected.get(scanned).getKey()
                        + ", on record as stable is everything below " + onRecord + "; " + store.recovery());
            }
        }

        private void read(LogStructuredStore store) throws IOException, ViolationException {
            List<Long> lsns = new ArrayList<>();
            List<MemorySegment> memory = new ArrayList<>();
            for (int i = 0; i < expected.size(); i++) {
                if (i < scanned) {
                    lsns.add(expected.get(i).getKey());
                    memory.add(MemorySegment.ofArray(new byte[expected.get(i).getValue().length]));
                } else if (reported && expected.get(i).getKey() < Math.min(onRecord, store.stableLsn())) {
                    readBehind(store, expected.get(i));
                } else if (!reported) {
                    readCut(store, expected.get(i).getKey());
                }
            }
            List<ReadOutcome> outcomes = store.readAll(lsns.stream().mapToLong(Long::longValue).toArray(), memory);
            for (int i = 0; i < lsns.size(); i++) {
                byte[] payload = expected.get(i).getValue();
                if (!outcomes.get(i).equals(new ReadOutcome(ReadOutcome.Status.RECORD, payload.length))
                        || memory.get(i).mismatch(MemorySegment.ofArray(payload)) >= 0) {
                    throw new ViolationException("a scan gives the record at LSN " + lsns.get(i) + ", a read " + outcomes.get(i));
                }
            }
            for (long lsn : image.aborted()) {
                if (lsn >= store.beginLsn() && lsn < Math.min(onRecord, store.stableLsn())) {
                    readAborted(store, lsn);
                }
            }
        }

        /** Behind damage a record is read, or the read says what is wrong. */
        private void readBehind(LogStructuredStore store, Map.Entry<Long, byte[]> entry) throws IOException, ViolationException {
            byte[] dst = new byte[entry.getValue().length];
            try {
                ReadOutcome outcome = store.read(entry.getKey(), MemorySegment.ofArray(dst));
                if (!outcome.equals(new ReadOutcome(ReadOutcome.Status.RECORD, dst.length))
                        || !Arrays.equals(dst, entry.getValue())) {
                    throw new ViolationException("a read of the record at LSN " + entry.getKey() + " gives " + outcome
                            + ", or other bytes");
                }
            } catch (StoreException e) {
                named(e);
            } catch (IllegalArgumentException e) {
                throw new ViolationException("a read of the record at LSN " + entry.getKey() + " blames the caller: " + e);
            }
        }

        /** What a scan does not give any more, and nobody called damaged, is not of the log: a read must not give it either. */
        private void readCut(LogStructuredStore store, long lsn) throws IOException, ViolationException {
            try {
                ReadOutcome outcome = store.read(lsn, MemorySegment.ofArray(new byte[16]));
                throw new ViolationException("a scan ends before the record at LSN " + lsn + ", a read gives " + outcome);
            } catch (IllegalArgumentException e) {
                cut++;
            }
        }

        private void readAborted(LogStructuredStore store, long lsn) throws IOException, ViolationException {
            try {
                ReadOutcome outcome = store.read(lsn, MemorySegment.ofArray(new byte[16]));
                if (outcome.status() != ReadOutcome.Status.ABORTED) {
                    throw new ViolationException("a read of what was aborted at LSN " + lsn + " gives " + outcome);
                }
            } catch (StoreException e) {
                named(e);
            } catch (IllegalArgumentException e) {
                throw new ViolationException("a read of what was aborted at LSN " + lsn + " blames the caller: " + e);
            }
        }

        // --------------------------------------------------------------------------------------- verified

        private void verify(LogStructuredStore store) throws IOException, ViolationException {
            List<io.lss.api.Damage> found = new ArrayList<>();
            long count = store.verify(found::add).damages();
            if (count != found.size()) {
                throw new ViolationException("verification counts " + count + " damages and tells of " + found.size());
            }
            for (io.lss.api.Damage each : found) {
                place(each.lsn(), "LSN " + each.lsn() + ": " + each.reason());
            }
            if (reported && found.isEmpty()) {
                throw new ViolationException("a scan meets damage, verification finds none");
            }
            boolean hit = isLogHit(store);
            if (hit && found.isEmpty()) {
                throw new ViolationException("something of the log is damaged, verification finds nothing");
            }
            if (!hit && !found.isEmpty()) {
                throw new ViolationException("nothing of the log is damaged, verification finds " + found);
            }
        }

        /** {@return whether a byte of the log, as it was adopted, is not what it was} */
        private boolean isLogHit(LogStructuredStore store) {
            long end = Math.min(store.recovery().endLsn(), store.stableLsn());
            int unitEnd = 0;
            boolean hit = false;
            for (Part part : parts) {
                long base = part.segment() * image.segmentSize();
                if (part.kind() == Part.Kind.UNIT_HEADER) {
                    unitEnd = part.unitEnd();
                }
                boolean header = part.kind() == Part.Kind.SEGMENT_HEADER;
                boolean inLog = part.kind() != Part.Kind.REST
                        && base + (header ? image.segmentSize() : unitEnd) > store.beginLsn()
                        && base + part.from() + (header ? StoreImage.BLOCK : 0) < end;
                hit |= inLog && differs(part);
            }
            return hit;
        }

        private boolean differs(Part part) {
            String file = StoreImage.segmentName(part.segment());
            byte[] there = damaged.get(file);
            return there == null
                    || there.length < part.to()
                    || !Arrays.equals(there, part.from(), part.to(), image.content(file), part.from(), part.to());
        }

        // --------------------------------------------------------------------------------------- undone

        /** Puts the damaged segments back as they were, beside what opening the store has written. */
        private void undone() throws IOException, ViolationException {
            for (long number : segments) {
                String file = StoreImage.segmentName(number);
                if (damaged.get(file) == null && Files.exists(place.directory().resolve(file))) {
                    return; // it was missing, and nothing said that it had been there: its number was given to a new segment
                }
            }
            for (long number : segments) {
                String file = StoreImage.segmentName(number);
                byte[] was = image.files().get(file);
                if (was == null) {
                    place.remove(file);
                } else {
                    place.put(file, was);
                }
            }
            int before = scanned;
            try (LogStructuredStore store = open(OpenMode.OPEN_EXISTING)) {
                scan(store);
                if (reported || scanned < before) {
                    throw new ViolationException("the damage is undone, and of " + before + " or more records " + scanned
                            + " are there");
                }
            } catch (StoreException e) {
                throw new ViolationException("the damage is undone, and still: " + e);
            }
        }
    }
}

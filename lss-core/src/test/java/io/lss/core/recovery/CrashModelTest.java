package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.S;
import static io.lss.core.recovery.LogImage.WINDOW;
import static io.lss.core.recovery.LogImage.base;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.lss.api.StoreCorruptException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.core.recovery.LogImage.Written;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model of the engine that issues units as the format allows, crashes, and knows what recovery must find: the oracle of
 * {@code FAULTS.md}. Everything follows from a seed.
 */
class CrashModelTest {

    private static final int SESSIONS = 5;

    /** A write: the unit, and before the first unit of a segment its header. */
    private record Issued(SegmentImage segment, int from, int to, long lsn, long end) {
        boolean isFirst() {
            return from == 0;
        }
    }

    private static final class Model {

        final long seed;
        final Random random;
        final LogImage shadow = new LogImage();
        final MemoryDevice device = new MemoryDevice();
        final List<Written> kept = new ArrayList<>();
        final ArrayDeque<Issued> inFlight = new ArrayDeque<>();

        /** What the dead owner's system may still write. */
        final List<Issued> late = new ArrayList<>();

        final Map<RecoveryTable.Row, Integer> rows = new EnumMap<>(RecoveryTable.Row.class);
        Root root = LogImage.root();
        SegmentImage segment;
        long stable;
        long expectedEnd;

        Model(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            device.roots[0] = RootDescriptor.encode(root);
            device.roots[1] = RootDescriptor.encode(root);
            device.segments.put(1L, new byte[(int) S]);
            segment = shadow.segment(1, 1, 0, 0, root.stableLsn());
            stable = root.stableLsn();
        }

        // ----------------------------------------------------------------------------------- a session

        void session() {
            expectedEnd = root.predecessorEnd();
            shadow.records.clear();
            for (int steps = random.nextInt(80); steps > 0; steps--) {
                int die = random.nextInt(20);
                if (die < 11) {
                    issue();
                } else if (die < 18) {
                    complete(1 + random.nextInt(4));
                } else if (die < 19) {
                    root = root.withStableLsn(Math.max(root.stableLsn(), stable));
                    writeRoots();
                } else {
                    trim();
                }
            }
            late.forEach(w -> arrive(w, random.nextInt()));
            late.clear();
        }

        private void issue() {
            int count = 1 + random.nextInt(4);
            int[] lengths = new int[count];
            for (int i = 0; i < count; i++) {
                int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 3 * B : 200);
                lengths[i] = random.nextInt(8) == 0 ? -length : length;
            }
            int bytes = 64;
            for (int length : lengths) {
                bytes += 16 + Math.abs(length) + 8;
            }
            int most = (bytes + B) & -B;
            long tail = inFlight.isEmpty() ? stable : inFlight.getLast().end;
            boolean roll = segment.position + most > S || (segment.position > B && random.nextInt(12) == 0);
            long end = roll ? base(segment.header.number() + 1) + B + most : segment.end() + most;
            if (end - stable > WINDOW && tail != stable) {
                return;
            }
            int from = segment.position == B ? 0 : segment.position;
            if (roll) {
                long number = segment.header.number() + 1;
                create(number);
                segment = shadow.segment(
                        number, root.session(), segment.header.number(), segment.end(), stable);
                from = 0;
            }
            long lsn = segment.unit(stable, lengths);
            inFlight.add(new Issued(segment, from, segment.position, lsn, segment.end()));
        }

        private void create(long number) {
            byte[] bytes = new byte[(int) S];
            if (random.nextBoolean() && !device.segments.isEmpty()) {
                // A recycled file holds what it held before.
                System.arraycopy(device.segments.firstEntry().getValue(), 0, bytes, 0, (int) S);
            }
            device.segments.put(number, bytes);
        }

        private void complete(int count) {
            for (int i = 0; i < count && !inFlight.isEmpty(); i++) {
                Issued done = inFlight.removeFirst();
                arrive(done, -1);
                stable = done.end;
                expectedEnd = done.end;
            }
        }

        private void trim() {
            List<Written> live = live();
            if (live.isEmpty() || stable <= root.predecessorEnd()) {
                return;
            }
            long begin = live.get(random.nextInt(live.size())).lsn();
            if (begin > stable) {
                return;
            }
            root = root.withBeginLsn(Math.max(root.beginLsn(), begin), Math.max(root.stableLsn(), stable));
            writeRoots();
            long first = root.beginLsn() / S;
            device.segments.headMap(first).keySet().removeIf(n -> random.nextInt(4) > 0);
        }

        /** Everything published that is known to have survived, and what this session has made stable. */
        private List<Written> live() {
            List<Written> live = new ArrayList<>(kept);
            shadow.records.stream().filter(w -> w.lsn() < stable).forEach(live::add);
            return live;
        }

        private void writeRoots() {
            root = root.withSequence(root.sequence() + 1);
            device.roots[0] = RootDescriptor.encode(root);
            device.roots[1] = RootDescriptor.encode(root);
        }

        // ----------------------------------------------------------------------------------- the crash

        /** Brings the blocks of a write to the device whose bits are set, the last bit standing for all further blocks. */
        private void arrive(Issued write, int blocks) {
            byte[] to = device.segments.get(write.segment.header.number());
            for (int at = write.from, i = 0; at < write.to && to != null; at += B, i++) {
                if ((blocks >> Math.min(i, 31) & 1) != 0) {
                    System.arraycopy(write.segment.bytes, at, to, at, B);
                }
            }
        }

        void crash() {
            boolean gap = false;
            for (Issued write : inFlight) {
                int blocks =
                        switch (random.nextInt(4)) {
                            case 0 -> 0;
                            case 1 -> random.nextInt();
                            default -> -1;
                        };
                arrive(write, blocks);
                int count = (write.to - write.from) / B;
                boolean whole = count >= 31 ? blocks == -1 : (blocks | -1 << count) == -1;
                boolean headerArrived = !write.isFirst() || (blocks & 1) != 0;
                if (!gap && whole) {
                    expectedEnd = write.end;
                } else if (!gap && write.isFirst() && headerArrived) {
                    // The log goes on into the segment, and ends before its first unit.
                    expectedEnd = write.lsn;
                    gap = true;
                } else {
                    gap = true;
                }
                if (blocks != -1) {
                    late.add(write);
                }
            }
            inFlight.clear();
            shadow.records.stream().filter(w -> w.lsn() < expectedEnd).forEach(kept::add);
            kept.removeIf(w -> w.lsn() < root.beginLsn());
        }

        // ----------------------------------------------------------------------------------- recovery

        void recover() throws IOException {
            RecoveredLog log = (RecoveredLog) Recovery.recover(device, row -> rows.merge(row, 1, Integer::sum));
            assertEquals(expectedEnd, log.predecessorEnd(), () -> "seed " + seed + ": " + log.report());
            assertTrue(log.stableLsn() >= stable, () -> "seed " + seed + ": " + log.report());
            checkRecords(log, kept);
            assertEquals(
                    0,
                    Verification.verify(log.segments(), log.beginLsn(), log.stableLsn(), d -> fail("seed " + seed + ": " + d), lsn -> {})
                            .damages());
            damage();
            adopt(log);
        }

        private void checkRecords(RecoveredLog log, List<Written> expected) throws IOException {
            StoredLogReader reader = new StoredLogReader(log.segments());
            try (LogCursor cursor =
                    LogCursor.scan(log.segments(), log.beginLsn(), log.stableLsn(), log::beginLsn, () -> {})) {
                for (Written w : expected) {
                    assertTrue(cursor.next(), () -> "seed " + seed + ": record at " + w.lsn() + " is lost");
                    assertEquals(w.lsn(), cursor.lsn(), () -> "seed " + seed);
                    assertArrayEquals(
                            w.payload(), cursor.payload().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE), () -> "seed " + seed);
                    byte[] copy = new byte[w.payload().length];
                    assertEquals(
                            copy.length,
                            reader.read(w.lsn(), java.lang.foreign.MemorySegment.ofArray(copy)).length());
                    assertArrayEquals(w.payload(), copy);
                }
                assertTrue(!cursor.next(), () -> "seed " + seed + ": a record too many at " + cursor.lsn());
            }
        }

        /** Damage below the record of stability is refused, or found by a scan, or harmless: never is a record missing. */
        private void damage() throws IOException {
            long from = Math.max(root.beginLsn(), base(1));
            if (root.stableLsn() <= from) {
                return;
            }
            for (int i = 0; i < 4; i++) {
                MemoryDevice damaged = device.copy();
                long at = from + (long) (random.nextDouble() * (root.stableLsn() - from));
                byte[] bytes = damaged.segments.get(at / S);
                if (bytes == null) {
                    continue;
                }
                int position = (int) (at % S);
                if (random.nextBoolean()) {
                    bytes[position] ^= (byte) (1 << random.nextInt(8));
                } else {
                    Arrays.fill(bytes, position & -B, (position & -B) + B, (byte) 0);
                }
                RecoveredLog log = null;
                try {
                    log = (RecoveredLog) Recovery.recover(damaged);
                    checkRecords(log, kept);
                } catch (StoreCorruptException e) {
                    assertTrue(e.lsn() >= 0, e::getMessage);
                } finally {
                    if (log != null) {
                        log.segments().close();
                    }
                }
            }
        }

        private void adopt(RecoveredLog log) throws IOException {
            log.segments().close();
            log.voidByRoot().forEach(device::delete);
            create(log.nextSegment());
            Root next = log.nextRoot();
            device.roots[1 - log.bestCopy()] = RootDescriptor.encode(next);
            int crash = random.nextInt(6);
            if (crash == 0) {
                // A crash before or in the second copy: the next open finds the new root, and begins once more.
                device.roots[log.bestCopy()] = random.nextBoolean() ? new byte[100] : device.roots[log.bestCopy()];
                root = next;
                expectedEnd = root.predecessorEnd();
                stable = log.stableLsn();
                recover();
                return;
            }
            device.roots[log.bestCopy()] = RootDescriptor.encode(next);
            if (crash != 1) {
                log.voidByNextRoot().forEach(device::delete);
                log.trimmed().forEach(device::delete);
            }
            root = next;
            stable = log.stableLsn();
            segment = shadow.segment(root.firstSegment(), root.session(), root.predecessor(), root.predecessorEnd(), stable);
        }
    }

    private static Map<RecoveryTable.Row, Integer> play(long seed) throws IOException {
        Model model = new Model(seed);
        for (int i = 0; i < SESSIONS; i++) {
            model.session();
            model.crash();
            model.recover();
        }
        assertEquals(0, model.device.openHandles.get(), "seed " + seed);
        return model.rows;
    }

    @Test
    void recoveredIsAGapFreePrefixOfPublishedWithAllThatWasStable() throws IOException {
        Map<RecoveryTable.Row, Integer> rows = new EnumMap<>(RecoveryTable.Row.class);
        for (long seed = 0; seed < 250; seed++) {
            play(seed).forEach((row, count) -> rows.merge(row, count, Integer::sum));
        }
        for (RecoveryTable.Row row : List.of(
                RecoveryTable.Row.END_BARE,
                RecoveryTable.Row.END_TORN,
                RecoveryTable.Row.END_HOLE,
                RecoveryTable.Row.END_TORN_HOLE,
                RecoveryTable.Row.END_FIRST_HOLE,
                RecoveryTable.Row.END_UNUSED_SESSION,
                RecoveryTable.Row.STEP_SEGMENT_ENDS,
                RecoveryTable.Row.ROOTS_ONLY_0,
                RecoveryTable.Row.ROOTS_ONLY_1)) {
            assertTrue(rows.getOrDefault(row, 0) > 0, row + " was never taken: " + rows);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, 1L << 41})
    void otherSeedsToo(long from) throws IOException {
        for (long seed = from; seed < from + 25; seed++) {
            play(seed);
        }
    }
}

package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.SimulatedMedium;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Appends in every form and length, and batches. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AppendTest {

    /** A form in which a payload can be handed over. */
    private enum Form {
        BYTES,
        HEAP_SEGMENT,
        NATIVE_SEGMENT,
        UNALIGNED_SEGMENT,
        READ_ONLY_SEGMENT,
        HEAP_BUFFER,
        DIRECT_BUFFER,
        READ_ONLY_BUFFER,
        BIG_ENDIAN_SLICE,
        LITTLE_ENDIAN_WINDOW;

        long append(LogStructuredStore store, byte[] payload) throws Exception {
            return switch (this) {
                case BYTES -> store.append(payload);
                case HEAP_SEGMENT -> store.append(MemorySegment.ofArray(payload));
                case NATIVE_SEGMENT -> store.append(copy(payload, 0));
                case UNALIGNED_SEGMENT -> store.append(copy(payload, 3));
                case READ_ONLY_SEGMENT -> store.append(copy(payload, 0).asReadOnly());
                case HEAP_BUFFER -> consumed(store, ByteBuffer.wrap(payload));
                case DIRECT_BUFFER -> consumed(store, direct(payload));
                case READ_ONLY_BUFFER -> consumed(store, direct(payload).asReadOnlyBuffer());
                case BIG_ENDIAN_SLICE -> {
                    ByteBuffer whole = ByteBuffer.allocate(payload.length + 9).put(5, payload);
                    yield consumed(store, whole.slice(5, payload.length).order(ByteOrder.BIG_ENDIAN));
                }
                case LITTLE_ENDIAN_WINDOW -> {
                    ByteBuffer whole = ByteBuffer.allocateDirect(payload.length + 9).put(5, payload);
                    yield consumed(store, whole.order(ByteOrder.LITTLE_ENDIAN).limit(5 + payload.length).position(5));
                }
            };
        }

        private static MemorySegment copy(byte[] payload, int offset) {
            MemorySegment at = Arena.ofAuto().allocate(payload.length + offset + 1L).asSlice(offset, payload.length);
            return at.copyFrom(MemorySegment.ofArray(payload));
        }

        private static ByteBuffer direct(byte[] payload) {
            return ByteBuffer.allocateDirect(payload.length).put(0, payload);
        }

        private static long consumed(LogStructuredStore store, ByteBuffer buffer) throws Exception {
            int limit = buffer.limit();
            ByteOrder order = buffer.order();
            long lsn = store.append(buffer);
            assertEquals(limit, buffer.position(), "the position moves to the limit");
            assertEquals(limit, buffer.limit());
            assertEquals(order, buffer.order());
            return lsn;
        }
    }

    @ParameterizedTest
    @EnumSource
    void s9_everyFormAndLengthComesBackByteForByte(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            int max = store.maxRecordLength();
            List<Found> appended = new ArrayList<>();
            for (int length : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 4_095, 4_096, 4_097, max - 1, max}) {
                for (Form form : Form.values()) {
                    byte[] payload = SimStore.payload(length, form.ordinal());
                    Found found = new Found(form.append(store, payload.clone()), payload);
                    SimStore.assertReads(store, found);
                    appended.add(found);
                }
            }
            store.sync();
            assertEquals(appended, SimStore.scan(store));
            for (Found found : appended) {
                SimStore.assertReads(store, found);
            }
            assertEquals(appended, SimStore.scan(sim.reopen()));
            for (Found found : appended) {
                SimStore.assertReads(sim.store(), found);
            }
        }
    }

    @Test
    void s9_thePayloadIsCopied() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            byte[] payload = SimStore.payload(100, 1);
            Found found = new Found(sim.store().append(payload), payload.clone());
            payload[50]++;
            sim.store().sync();
            assertEquals(List.of(found), SimStore.scan(sim.store()));
        }
    }

    @Test
    void s18_lengthsOutOfRangeAppendNothing() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long tail = store.tailLsn();
            for (int length : new int[] {0, store.maxRecordLength() + 1, 1 << 20}) {
                for (Form form : Form.values()) {
                    byte[] payload = new byte[length];
                    var e = assertThrows(IllegalArgumentException.class, () -> form.append(store, payload), form + " " + length);
                    assertTrue(e.getMessage().contains(String.valueOf(length)), e.getMessage());
                }
            }
            ByteBuffer tooLong = ByteBuffer.allocate(store.maxRecordLength() + 10).position(3);
            assertThrows(IllegalArgumentException.class, () -> store.append(tooLong));
            assertEquals(3, tooLong.position());
            assertEquals(tail, store.tailLsn(), "nothing was reserved");
            assertEquals(0, store.stats().records());
        }
    }

    @Test
    void s18_aPayloadWhoseArenaIsClosedIsRefusedAndTheStoreGoesOn() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Found before = SimStore.append(store, SimStore.payload(30, 1));
            MemorySegment gone;
            ByteBuffer goneBuffer;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(100);
                goneBuffer = gone.asByteBuffer();
            }
            assertThrows(IllegalStateException.class, () -> store.append(gone));
            assertThrows(IllegalStateException.class, () -> store.append(goneBuffer));
            assertEquals(0, goneBuffer.position());
            Found after = SimStore.append(store, SimStore.payload(30, 2));
            store.sync();
            assertEquals(List.of(before, after), SimStore.scan(store));
            assertEquals(2, store.stats().records());
        }
    }

    @Test
    void s18_aPayloadOfAnotherThreadsArenaIsRefusedAndTheStoreGoesOn() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open();
                Arena arena = Arena.ofConfined()) {
            LogStructuredStore store = sim.store();
            MemorySegment confined = arena.allocate(100);
            Work.start(() -> store.append(confined)).failure(WrongThreadException.class);
            Found after = SimStore.append(store, SimStore.payload(30, 2));
            store.sync();
            assertEquals(List.of(after), SimStore.scan(store));
        }
    }

    @Test
    void s18_nullIsRefusedAndTheStoreGoesOn() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long tail = store.tailLsn();
            assertThrows(NullPointerException.class, () -> store.append((byte[]) null));
            assertThrows(NullPointerException.class, () -> store.append((MemorySegment) null));
            assertThrows(NullPointerException.class, () -> store.append((ByteBuffer) null));
            List<MemorySegment> holed = new ArrayList<>();
            holed.add(MemorySegment.ofArray(new byte[3]));
            holed.add(null);
            assertThrows(NullPointerException.class, () -> store.appendBatch(holed));
            assertEquals(tail, store.tailLsn());
            Found after = SimStore.append(store, SimStore.payload(30, 2));
            store.sync();
            assertEquals(List.of(after), SimStore.scan(store));
        }
    }

    // ------------------------------------------------------------------------------------------- order

    @ParameterizedTest
    @EnumSource
    void s1_lsnsOfManyThreadsAreUniqueAndIncreaseAndS2ScansKeepEachThreadsOrder(Rig rig) throws Exception {
        int threads = 4;
        int each = 1_500;
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            CountDownLatch start = new CountDownLatch(1);
            List<Work<List<Found>>> works = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                works.add(Work.start(t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual(), () -> {
                    start.await();
                    List<Found> own = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        own.add(SimStore.append(store, SimStore.payload(8 + (i * 37 + thread) % 300, thread * 100_000L + i)));
                    }
                    return own;
                }));
            }
            start.countDown();
            List<Found> all = new ArrayList<>();
            for (Work<List<Found>> work : works) {
                List<Found> own = work.get();
                for (int i = 0; i < own.size(); i++) {
                    assertEquals(0, own.get(i).lsn() % 8);
                    assertTrue(i == 0 || own.get(i).lsn() > own.get(i - 1).lsn(), "a later append has the higher LSN");
                }
                all.addAll(own);
            }
            store.sync();
            all.sort(Comparator.comparingLong(Found::lsn));
            Set<Long> lsns = new HashSet<>();
            all.forEach(found -> lsns.add(found.lsn()));
            assertEquals(threads * each, lsns.size(), "unique");
            assertEquals(all, SimStore.scan(store));
            assertTrue(store.tailLsn() > all.getLast().lsn());
        }
    }

    // ------------------------------------------------------------------------------------------- batches

    private static List<MemorySegment> batch(int count, int length, long seed) {
        List<MemorySegment> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            payloads.add(MemorySegment.ofArray(SimStore.payload(length, seed + i)));
        }
        return payloads;
    }

    private static List<Found> found(long[] lsns, List<MemorySegment> payloads) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < lsns.length; i++) {
            found.add(new Found(lsns[i], (byte[]) payloads.get(i).heapBase().orElseThrow()));
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void batchesOfAnySizeComeBackInOrder(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> expected = new ArrayList<>();
            for (int count : new int[] {1, 2, 10, 100, 380}) {
                List<MemorySegment> payloads = batch(count, 16, count * 1_000L);
                long[] lsns = store.appendBatch(payloads);
                assertEquals(count, lsns.length);
                for (int i = 1; i < count; i++) {
                    assertEquals(SimStore.frame(16), lsns[i] - lsns[i - 1], "back to back, so in one buffer");
                }
                expected.addAll(found(lsns, payloads));
            }
            store.sync();
            assertEquals(expected, SimStore.scan(store));
            assertEquals(expected.size(), store.stats().records());
            assertEquals(16L * expected.size(), store.stats().payloadBytes());
        }
    }

    @Test
    void s18_batchesOutOfRangeAppendNothing() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long tail = store.tailLsn();
            int most = (int) (SimStore.frame(store.maxRecordLength()) / SimStore.frame(16));
            assertThrows(IllegalArgumentException.class, () -> store.appendBatch(List.of()));
            assertThrows(IllegalArgumentException.class, () -> store.appendBatch(batch(2, 0, 1)));
            assertThrows(IllegalArgumentException.class, () -> store.appendBatch(batch(most + 1, 16, 1)));
            assertThrows(IllegalArgumentException.class, () -> store.appendBatch(batch(1, store.maxRecordLength() + 1, 1)));
            assertThrows(IllegalArgumentException.class, () -> store.appendBatch(batch(2, store.maxRecordLength(), 1)));
            assertEquals(tail, store.tailLsn());
            List<MemorySegment> payloads = batch(most, 16, 1);
            List<Found> expected = found(store.appendBatch(payloads), payloads);
            store.sync();
            assertEquals(expected, SimStore.scan(store));
        }
    }

    @Test
    void s10_aBatchOfWhichOnePayloadCannotBeReadAppendsNothingOfIt() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            MemorySegment gone;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(100);
            }
            List<MemorySegment> payloads = batch(3, 100, 1);
            payloads.set(1, gone);
            assertThrows(IllegalStateException.class, () -> store.appendBatch(payloads));
            Found after = SimStore.append(store, SimStore.payload(30, 2));
            store.sync();
            assertEquals(List.of(after), SimStore.scan(store));
            assertEquals(1, store.stats().records());
        }
    }

    @Test
    void s10_aBatchIsRecoveredWholeOrNotAtAll() throws Exception {
        List<SimulatedMedium> images = new ArrayList<>();
        Rig rig = Rig.CALLER_DRIVEN;
        SimulatedMedium[] medium = new SimulatedMedium[1];
        var settings = rig.device().observer(moment -> {
            if (medium[0] != null) {
                images.addAll(medium[0].possibleDisks(moment.ordinal(), 6));
            }
        });
        List<MemorySegment> payloads = batch(10, 700, 1);
        long[] lsns;
        try (SimStore sim = SimStore.open(settings, rig.options())) {
            medium[0] = sim.medium();
            lsns = sim.store().appendBatch(payloads);
            sim.store().sync();
            medium[0] = null;
        }
        List<Found> whole = found(lsns, payloads);
        int none = 0;
        int all = 0;
        for (SimulatedMedium image : images) {
            try (SimStore left = SimStore.open(image, rig.options())) {
                List<Found> recovered = SimStore.scan(left.store());
                if (recovered.isEmpty()) {
                    none++;
                } else {
                    assertEquals(whole, recovered);
                    all++;
                }
            }
        }
        assertTrue(none > 0 && all > 0, "images with nothing " + none + ", with all " + all + " of " + LongStream.of(lsns).count());
    }
}

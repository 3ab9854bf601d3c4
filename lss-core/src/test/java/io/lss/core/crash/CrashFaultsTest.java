package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.core.CoreEngine;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What failures of the device, and want of space, come to in cases that the sweeps of the contract do not single out. */
class CrashFaultsTest {

    @BeforeAll
    static void quiet() {
        QuietLog.quiet();
    }

    @Test
    void theFailureThatCountsIsTheFirstInTheLogNotTheFirstToArrive() throws IOException {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder()
                .traced(true)
                .faults(SimulatedFaults.none().fail(OperationKind.WRITE, 2, 2).slow(OperationKind.WRITE, 2, 1, 50_000_000))
                .build());
        URI at = SimulatedProvider.register(medium);
        LogStructuredStore store = new CoreEngine().open(at, Forgery.OPTIONS);
        List<Long> lsns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            lsns.add(store.append(new byte[11_000]));
        }
        store.flush();
        StoreFailedException failure = assertThrows(StoreFailedException.class, () -> store.awaitStable(lsns.getLast()));

        String second = medium.device().orElseThrow().history().stream()
                .filter(line -> line.contains(", WRITE "))
                .skip(1)
                .findFirst()
                .orElseThrow();
        String message = String.valueOf(failure.getCause());
        assertTrue(
                second.startsWith(message.substring(message.indexOf("operation "))),
                () -> "the second write is \"" + second + "\", the cause is " + message);
        assertTrue(store.stableLsn() <= lsns.get(1), () -> "stable " + store.stableLsn() + " has passed the failed write at " + lsns.get(1));
        assertThrows(StoreFailedException.class, store::close);
        assertEquals(List.of(), medium.violations());
        SimulatedProvider.unregister(at);
    }

    @Test
    void aFullDiskRefusesAppendsReadsGoOnAndAppendsResumeWhenSpaceHasReturned() throws IOException {
        SimulatedMedium medium = Forgery.blank();
        medium.capacity(2 * Forgery.SEGMENT);
        URI at = SimulatedProvider.register(medium);
        List<Long> lsns = new ArrayList<>();
        try (LogStructuredStore store = new CoreEngine().open(at, Forgery.OPTIONS)) {
            StoreFullException full = null;
            while (full == null) {
                try {
                    lsns.add(store.append(payload(lsns.size())));
                } catch (StoreFullException e) {
                    full = e;
                }
            }
            assertEquals(2 * Forgery.RECORDS_IN_SEGMENT, lsns.size(), "the disk was used to the end");
            assertThrows(StoreFullException.class, () -> store.append(payload(0)));
            assertThrows(StoreFullException.class, () -> store.reserve(100));
            store.sync();
            byte[] read = new byte[11_000];
            for (int i = 0; i < lsns.size(); i++) {
                assertTrue(store.read(lsns.get(i), MemorySegment.ofArray(read)).isRecord());
                assertArrayEquals(payload(i), read);
            }
            store.setRoot(new byte[] {1});

            // By trimming, which makes room for one segment, and then by a larger disk.
            store.trimBefore(lsns.get(Forgery.RECORDS_IN_SEGMENT));
            for (int i = 0; i < Forgery.RECORDS_IN_SEGMENT; i++) {
                lsns.add(store.append(payload(lsns.size())));
            }
            assertThrows(StoreFullException.class, () -> store.append(payload(0)));
            medium.capacity(3 * Forgery.SEGMENT);
            lsns.add(store.append(payload(lsns.size())));
            store.sync();
        }
        medium.capacity(Long.MAX_VALUE);
        try (LogStructuredStore store = new CoreEngine().open(at, Forgery.OPTIONS);
                RecordCursor cursor = store.scan(store.beginLsn())) {
            for (int i = Forgery.RECORDS_IN_SEGMENT; i < lsns.size(); i++) {
                assertTrue(cursor.next());
                assertEquals(lsns.get(i), cursor.lsn());
                assertEquals(-1, cursor.payload().mismatch(MemorySegment.ofArray(payload(i))));
            }
            assertEquals(false, cursor.next());
        }
        assertEquals(List.of(), medium.violations());
        SimulatedProvider.unregister(at);
    }

    @Test
    void aLogThatWasTrimmedToItsVeryEndOnAFullDiskOpensAgain() throws IOException {
        SimulatedMedium medium = Forgery.blank();
        medium.capacity(Forgery.SEGMENT);
        SimulatedMedium left = Forgery.used(medium, store -> {
            Forgery.records(store, Forgery.RECORDS_IN_SEGMENT);
            assertEquals(2 * Forgery.SEGMENT, store.stableLsn(), "the segment is full to its end");
            store.trimBefore(store.stableLsn());
        });
        left.capacity(Long.MAX_VALUE);
        SimulatedMedium again = Forgery.used(left, store -> {
            assertEquals(2 * Forgery.SEGMENT, store.beginLsn());
            Forgery.records(store, 1);
        });
        Forgery.used(again, store -> {
            try (RecordCursor cursor = store.scan(store.beginLsn())) {
                assertTrue(cursor.next());
                assertEquals(false, cursor.next());
            }
        });
    }

    private static byte[] payload(int index) {
        byte[] bytes = new byte[11_000];
        Arrays.fill(bytes, (byte) (index + 1));
        return bytes;
    }
}

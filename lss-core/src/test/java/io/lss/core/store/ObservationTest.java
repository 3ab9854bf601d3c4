package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreStats;
import io.lss.core.store.SimStore.Found;
import io.lss.tck.sim.OperationKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store says about itself: statistics and JFR events. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservationTest {

    @ParameterizedTest
    @EnumSource
    void statisticsAgreeWithWhatWasDone(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            StoreStats fresh = store.stats();
            assertEquals(new StoreStats(0, 0, 0, 0, 0, 0, 0, 0, fresh.segmentsCreated(), 0, 0, 0, 0, fresh.device()), fresh);
            assertTrue(Double.isNaN(fresh.writeAmplification()));
            List<Found> all = SimStore.appendMixed(store, 400, 1);
            store.reserve(100).abort();
            store.sync();
            for (int i = 0; i < 30; i++) {
                store.awaitStable(store.append(new byte[8]));
            }
            SimStore.assertReads(store, all.get(7));
            store.trimBefore(all.get(200).lsn());
            StoreStats stats = store.stats();
            assertEquals(430, stats.records(), "aborted ones do not count");
            assertEquals(
                    all.stream().mapToLong(found -> found.payload().length).sum() + 240, stats.payloadBytes());
            assertEquals(sim.device().operations(OperationKind.WRITE), stats.flushes());
            long units = 0;
            for (String line : sim.device().history()) {
                if (line.contains("WRITE segment")) {
                    units += Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
                }
            }
            assertEquals(units, stats.flushedBytes(), "what the device was given");
            assertTrue(stats.paddingBytes() > 30 * 3_000 && stats.paddingBytes() < stats.flushedBytes() - stats.payloadBytes());
            assertTrue(stats.writeAmplification() > 1);
            assertTrue(stats.durableFlushes() >= 20, "a lone waiter's flush is durable by itself: " + stats);
            assertTrue(stats.durableFlushes() <= stats.flushes());
            assertTrue(stats.syncs() <= sim.device().operations(OperationKind.SYNC));
            assertTrue(stats.syncs() + stats.durableFlushes() > 0);
            // The next segment may be on its way to being made: begun at the device, and not yet counted.
            SimStore.until(() -> sim.device().operations(OperationKind.CREATE) == store.stats().segmentsCreated());
            SimStore.until(() -> sim.device().operations(OperationKind.DELETE) == store.stats().segmentsDeleted());
            assertTrue(stats.segmentsDeleted() > 0);
            assertEquals(1, stats.reads());
            assertEquals(0, stats.inFlight());
            assertEquals(0, stats.expiredReservations());
        }
    }

    @Test
    void statisticsOfThreadsThatHaveEndedAreKept() throws Exception {
        try (SimStore sim = Rig.DEVICE_THREAD.open()) {
            LogStructuredStore store = sim.store();
            for (int t = 0; t < 300; t++) {
                SimStore.Work.start(t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform(), () -> store.append(new byte[11]))
                        .get();
                if (t % 100 == 50) {
                    System.gc();
                }
            }
            System.gc();
            SimStore.appendMixed(store, 1, 1);
            assertEquals(301, store.stats().records());
        }
    }

    @ParameterizedTest
    @EnumSource
    void flightRecorderGetsAnEventForEachThingThatHappens(Rig rig, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("events.jfr");
        List<String> names =
                List.of("io.lss.Flush", "io.lss.Sync", "io.lss.BackPressure", "io.lss.Recovery", "io.lss.Roll");
        StoreStats stats;
        SimStore sim;
        LogStructuredStore store;
        try (Recording recording = new Recording()) {
            names.forEach(name -> recording.enable(name).withoutThreshold());
            recording.start();
            sim = SimStore.open(rig.device().latency(1_000_000, 2_000_000), rig.options());
            store = sim.store();
            SimStore.appendMixed(store, 300, 1);
            store.sync();
            stats = store.stats();
            recording.stop();
            recording.dump(file);
        }
        Map<String, List<RecordedEvent>> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> names.contains(event.getEventType().getName()))
                .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
        // Other stores may be open in this JVM; this one's are the least that can be there.
        assertEquals(names.stream().sorted().toList(), events.keySet().stream().sorted().toList());
        assertTrue(events.get("io.lss.Flush").size() >= stats.flushes(), events.get("io.lss.Flush").size() + " of " + stats);
        assertTrue(events.get("io.lss.Sync").size() >= stats.syncs());
        assertTrue(events.get("io.lss.BackPressure").size() >= stats.backPressureWaits());
        assertTrue(stats.backPressureWaits() > 0);
        assertTrue(events.get("io.lss.Roll").size() >= 4);

        long flushed = events.get("io.lss.Flush").stream().mapToLong(event -> event.getLong("length")).sum();
        assertTrue(flushed >= stats.flushedBytes());
        long stable = store.stableLsn();
        assertTrue(events.get("io.lss.Flush").stream().anyMatch(event -> event.getLong("endLsn") == stable));
        assertTrue(events.get("io.lss.Flush").stream().noneMatch(event -> event.getDuration().isNegative()));
        if (rig != Rig.CALLER_DRIVEN) {
            // In real time a write takes as long as the device says.
            assertTrue(events.get("io.lss.Flush").stream()
                    .anyMatch(event -> event.getDuration().compareTo(Duration.ofNanos(500_000)) > 0));
        }
        String location = sim.location().toString();
        RecordedEvent recovery = events.get("io.lss.Recovery").stream()
                .filter(event -> event.getString("store").equals(location))
                .findFirst()
                .orElseThrow();
        assertEquals("CREATED", recovery.getString("end"));
        assertEquals(store.recovery().endLsn(), recovery.getLong("endLsn"));
        sim.close();
    }

    @Test
    void withoutARecordingNoEventIsMade() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            SimStore.appendMixed(sim.store(), 300, 1);
            sim.store().sync();
            assertFalse(sim.store().stats().flushes() == 0);
        }
    }

    @Test
    void theStoreDrawsItself() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            SimStore.appendMixed(sim.store(), 30, 1);
            String drawing = sim.store().toString();
            assertTrue(drawing.contains("tail " + sim.store().tailLsn()), drawing);
            assertTrue(drawing.lines().count() > Rig.BUFFERS, drawing);
        }
    }
}

package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecoveryReport;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreStats;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.DataAmount;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each flight recorder event with each of its fields, as a reader of a recording finds them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlightEventsTest {

    private static final List<String> NAMES =
            List.of("io.lss.BackPressure", "io.lss.Flush", "io.lss.Recovery", "io.lss.Roll", "io.lss.Sync");

    /** What the flight recorder adds by itself. */
    private static final Set<String> OF_THE_JDK = Set.of("startTime", "duration", "eventThread", "stackTrace");

    @TempDir
    private Path directory;

    /** Something that is recorded. */
    private interface Work {
        void run() throws Exception;
    }

    /** {@return the events of one store, by name} Other stores may be open in this JVM. */
    private Map<String, List<RecordedEvent>> record(String store, Work work) throws Exception {
        Path file = directory.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            NAMES.forEach(name -> recording.enable(name).withoutThreshold());
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> NAMES.contains(event.getEventType().getName()))
                .filter(event -> event.getString("store").equals(store))
                .collect(Collectors.groupingBy(event -> event.getEventType().getName(), TreeMap::new, Collectors.toList()));
    }

    private static void assertFields(RecordedEvent event, String... names) {
        Set<String> found = event.getFields().stream().map(ValueDescriptor::getName).collect(Collectors.toSet());
        found.removeAll(OF_THE_JDK);
        assertEquals(Set.of(names), found);
    }

    @Test
    void flushesSyncsRollsAndWaitsAgreeWithTheStatistics() throws Exception {
        SimStore sim = SimStore.open(Rig.DEVICE_THREAD.device().latency(1_000_000, 2_000_000), Rig.DEVICE_THREAD.options());
        LogStructuredStore store = sim.store();
        StoreStats before = store.stats();
        assertEquals(0, before.flushes());
        Map<String, List<RecordedEvent>> events = record(sim.location().toString(), () -> {
            SimStore.appendMixed(store, 300, 1);
            store.sync();
        });
        StoreStats stats = store.stats();
        assertEquals(Set.of("io.lss.BackPressure", "io.lss.Flush", "io.lss.Roll", "io.lss.Sync"), events.keySet());

        List<RecordedEvent> flushes = events.get("io.lss.Flush");
        assertFields(flushes.getFirst(), "store", "endLsn", "length", "durable", "inFlight", "failure");
        assertTrue(stats.flushes() > 10);
        assertEquals(stats.flushes(), flushes.size());
        assertEquals(stats.flushedBytes(), sum(flushes, "length"));
        assertEquals(stats.durableFlushes(), flushes.stream().filter(event -> event.getBoolean("durable")).count());
        assertTrue(flushes.stream().allMatch(event -> event.getInt("inFlight") >= 1 && event.getInt("inFlight") <= Rig.BUFFERS));
        assertTrue(flushes.stream().anyMatch(event -> event.getInt("inFlight") > 1));
        assertTrue(flushes.stream().allMatch(event -> event.getString("failure") == null));
        assertEquals(store.writtenLsn(), flushes.stream().mapToLong(event -> event.getLong("endLsn")).max().orElseThrow());

        List<RecordedEvent> syncs = events.get("io.lss.Sync");
        assertFields(syncs.getFirst(), "store", "endLsn", "length", "segments", "failure");
        assertEquals(stats.syncs(), syncs.size());
        assertTrue(syncs.stream().allMatch(event -> event.getInt("segments") >= 1 && event.getLong("length") > 0));
        assertTrue(syncs.stream().allMatch(event -> event.getString("failure") == null));
        assertTrue(syncs.stream().allMatch(event -> event.getLong("endLsn") <= store.stableLsn()));
        // Every unit became durable once, by a sync or by itself; what LSNs skip before a session and between segments is no part of it.
        long byThemselves = sum(flushes.stream().filter(event -> event.getBoolean("durable")).toList(), "length");
        assertTrue(sum(syncs, "length") <= stats.flushedBytes(), sum(syncs, "length") + " of " + stats.flushedBytes());
        assertTrue(sum(syncs, "length") >= stats.flushedBytes() - byThemselves, sum(syncs, "length") + " of " + stats.flushedBytes());

        List<RecordedEvent> waits = events.get("io.lss.BackPressure");
        assertFields(waits.getFirst(), "store", "tailLsn", "forSegment");
        assertEquals(stats.backPressureWaits(), waits.size());
        assertTrue(waits.stream().allMatch(event -> event.getLong("tailLsn") <= store.tailLsn()));
        assertTrue(waits.stream().allMatch(event -> event.getThread() != null && !event.getDuration().isNegative()));

        List<RecordedEvent> rolls = events.get("io.lss.Roll");
        assertFields(rolls.getFirst(), "store", "segment", "predecessor", "predecessorEnd");
        assertTrue(rolls.size() >= 4);
        for (RecordedEvent roll : rolls) {
            assertEquals(roll.getLong("segment"), roll.getLong("predecessor") + 1, "within a session no number is missing");
            assertTrue(roll.getLong("predecessorEnd") < store.tailLsn());
        }
        sim.close();
    }

    private static long sum(List<RecordedEvent> events, String field) {
        return events.stream().mapToLong(event -> event.getLong(field)).sum();
    }

    @Test
    void recoverySaysWhatTheReportSays() throws Exception {
        SimStore sim = Rig.STORE_THREAD.open();
        SimStore.appendMixed(sim.store(), 50, 1);
        sim.store().sync();
        List<RecordedEvent> events = record(sim.location().toString(), () -> assertNotNull(sim.crashAndReopen(7)))
                .get("io.lss.Recovery");
        assertEquals(1, events.size());
        RecordedEvent event = events.getFirst();
        assertFields(
                event, "store", "provider", "session", "end", "endLsn", "records", "segments", "bytesScanned", "bytesCut", "detail");
        RecoveryReport report = sim.store().recovery();
        assertEquals(2, report.session());
        assertEquals(report.session(), event.getLong("session"));
        assertEquals(sim.store().provider(), event.getString("provider"));
        assertEquals(report.end().name(), event.getString("end"));
        assertEquals(report.endLsn(), event.getLong("endLsn"));
        assertEquals(report.records(), event.getLong("records"));
        assertEquals(report.segments(), event.getInt("segments"));
        assertEquals(report.bytesScanned(), event.getLong("bytesScanned"));
        assertEquals(report.bytesCut(), event.getLong("bytesCut"));
        assertEquals(report.detail(), event.getString("detail"));
        sim.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "SYNC"})
    void aFailureIsInTheEventOfWhatFailed(OperationKind kind) throws Exception {
        Rig rig = Rig.STORE_THREAD;
        SimStore sim = SimStore.open(rig.device().faults(SimulatedFaults.none().failAt(kind, 1)), rig.options());
        Map<String, List<RecordedEvent>> events = record(sim.location().toString(), () -> assertThrows(StoreFailedException.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                SimStore.appendMixed(sim.store(), 20, i);
                sim.store().sync();
            }
        }));
        StoreFailedException failed = assertThrows(StoreFailedException.class, () -> sim.store().append(new byte[1]));
        String reason = String.valueOf(failed.getCause());
        List<String> failures = events.get(kind == OperationKind.WRITE ? "io.lss.Flush" : "io.lss.Sync").stream()
                .map(event -> event.getString("failure"))
                .filter(failure -> failure != null)
                .toList();
        assertFalse(failures.isEmpty());
        assertTrue(failures.contains(reason), failures + " without " + reason);
        sim.discard();
    }

    @Test
    void everyEventAndFieldIsExplained() {
        Map<String, EventType> types = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith("io.lss."))
                .collect(Collectors.toMap(EventType::getName, type -> type, (one, _) -> one, TreeMap::new));
        assertEquals(NAMES, List.copyOf(types.keySet()));
        for (EventType type : types.values()) {
            assertNotNull(type.getLabel(), type.getName());
            assertNotNull(type.getDescription(), type.getName());
            assertEquals(List.of("LSS"), type.getCategoryNames());
            for (ValueDescriptor field : type.getFields()) {
                if (!OF_THE_JDK.contains(field.getName())) {
                    String name = type.getName() + "." + field.getName();
                    assertNotNull(field.getLabel(), name);
                    assertNotNull(field.getDescription(), name);
                    boolean isAmount = field.getName().equals("length") || field.getName().startsWith("bytes");
                    assertEquals(isAmount, field.getAnnotation(DataAmount.class) != null, name);
                }
            }
        }
    }
}

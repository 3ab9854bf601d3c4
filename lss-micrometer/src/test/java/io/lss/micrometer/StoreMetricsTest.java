package io.lss.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The meters say what the store says. */
@Timeout(60)
class StoreMetricsTest {

    @TempDir
    private Path temp;

    private static long count(MeterRegistry registry, String name) {
        FunctionCounter counter = registry.get(name).tag("store", "journal").functionCounter();
        assertNotNull(counter.getId().getDescription(), name);
        assertNotNull(counter.getId().getBaseUnit(), name);
        return Math.round(counter.count());
    }

    private static long value(MeterRegistry registry, String name) {
        return Math.round(registry.get(name).tag("store", "journal").gauge().value());
    }

    @Test
    void everyMeterSaysWhatTheStoreSays() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"));
                StoreMetrics metrics = new StoreMetrics(store, "journal", List.of(Tag.of("disk", "fast")))) {
            metrics.bindTo(registry);
            assertEquals(0, count(registry, "lss.records"));
            for (int i = 0; i < 100; i++) {
                store.append(new byte[1 + i]);
            }
            store.sync();
            long lsn = store.append(new byte[5]);
            store.awaitStable(lsn);
            assertTrue(store.read(lsn, MemorySegment.ofArray(new byte[5])).isRecord());
            store.trimBefore(lsn);
            StoreStats stats = store.stats();
            assertEquals(101, count(registry, "lss.records"));
            assertEquals(5055, count(registry, "lss.payload"));
            assertEquals(stats.flushes(), count(registry, "lss.flushes"));
            assertEquals(stats.durableFlushes(), count(registry, "lss.flushes.durable"));
            assertEquals(stats.flushedBytes(), count(registry, "lss.flushed"));
            assertEquals(stats.paddingBytes(), count(registry, "lss.padding"));
            assertEquals(stats.syncs(), count(registry, "lss.syncs"));
            assertEquals(stats.backPressureWaits(), count(registry, "lss.backpressure.waits"));
            assertEquals(stats.segmentsCreated(), count(registry, "lss.segments.created"));
            assertEquals(stats.segmentsDeleted(), count(registry, "lss.segments.deleted"));
            assertEquals(0, count(registry, "lss.reservations.expired"));
            assertEquals(1, count(registry, "lss.reads"));
            assertEquals(0, value(registry, "lss.inflight"));
            assertEquals(lsn, value(registry, "lss.lsn.begin"));
            assertEquals(store.stableLsn(), value(registry, "lss.lsn.stable"));
            assertEquals(store.writtenLsn(), value(registry, "lss.lsn.written"));
            assertEquals(store.tailLsn(), value(registry, "lss.lsn.tail"));
            assertEquals(store.tailLsn() - store.stableLsn(), value(registry, "lss.unstable"));
            assertEquals(store.tailLsn() - lsn, value(registry, "lss.log"));
            assertTrue(stats.flushes() > 0 && stats.flushedBytes() > 5055 && stats.paddingBytes() > 0);
            assertEquals(19, registry.getMeters().size(), "those above, and no other");
            for (Meter meter : registry.getMeters()) {
                assertEquals("fast", meter.getId().getTag("disk"));
            }
        }
    }

    @Test
    void storesAreToldApartAndLeaveWithTheirMeters() throws Exception {
        MeterRegistry first = new SimpleMeterRegistry();
        MeterRegistry second = new SimpleMeterRegistry();
        try (LogStructuredStore journal = LogStructuredStore.open(temp.resolve("journal"));
                LogStructuredStore queue = LogStructuredStore.open(temp.resolve("queue"))) {
            StoreMetrics ofJournal = new StoreMetrics(journal, "journal", List.of());
            StoreMetrics ofQueue = new StoreMetrics(queue, "queue", List.of());
            ofJournal.bindTo(first);
            ofJournal.bindTo(second);
            ofQueue.bindTo(first);
            journal.append(new byte[7]);
            assertEquals(7, first.get("lss.payload").tag("store", "journal").functionCounter().count());
            assertEquals(0, first.get("lss.payload").tag("store", "queue").functionCounter().count());
            assertEquals(7, second.get("lss.payload").functionCounter().count());
            ofJournal.close();
            assertEquals(0, second.getMeters().size());
            assertEquals(19, first.getMeters().size());
            assertTrue(first.getMeters().stream().allMatch(meter -> "queue".equals(meter.getId().getTag("store"))));
            ofJournal.close();
            ofQueue.close();
            assertEquals(0, first.getMeters().size());
        }
    }

    @Test
    void aStoreThatWasOpenedAgainHasNothingUnstableAndItsOwnFigures() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        StoreMetrics before;
        try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"))) {
            before = new StoreMetrics(store, "journal", List.of());
            before.bindTo(registry);
            before.bindTo(registry);
            assertEquals(19, registry.getMeters().size());
            store.append(new byte[7]);
            store.append(new byte[7]);
        }
        assertEquals(2, count(registry, "lss.records"), "what was last");
        assertEquals(0, value(registry, "lss.unstable"));
        try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"));
                StoreMetrics metrics = new StoreMetrics(store, "journal", List.of())) {
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> metrics.bindTo(registry));
            assertTrue(refused.getMessage().contains("journal"), refused.getMessage());
            before.close();
            metrics.bindTo(registry);
            before.close();
            assertEquals(19, registry.getMeters().size());
            assertEquals(0, count(registry, "lss.records"));
            assertTrue(store.tailLsn() - store.stableLsn() > 1 << 20, "a new session begins in a new segment");
            assertEquals(0, value(registry, "lss.unstable"));
            store.awaitStable(store.append(new byte[7]));
            assertEquals(1, count(registry, "lss.records"));
        }
    }
}

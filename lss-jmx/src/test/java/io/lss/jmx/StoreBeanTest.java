package io.lss.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreStats;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registered store is seen as it is. */
@Timeout(60)
class StoreBeanTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    private Path temp;

    private LogStructuredStore open() throws Exception {
        return LogStructuredStore.open(temp.resolve("store"));
    }

    @Test
    void everyAttributeSaysWhatTheStoreSays() throws Exception {
        try (LogStructuredStore store = open(); StoreBean bean = StoreBean.register(store, "a, \"quoted\" = name*")) {
            for (int i = 0; i < 100; i++) {
                store.append(new byte[1 + i]);
            }
            store.sync();
            long lsn = store.append(new byte[5]);
            store.awaitStable(lsn);
            assertTrue(store.read(lsn, MemorySegment.ofArray(new byte[5])).isRecord());
            store.trimBefore(lsn);

            StoreMXBean seen = JMX.newMXBeanProxy(SERVER, bean.name(), StoreMXBean.class);
            StoreStats stats = store.stats();
            assertEquals("filechannel", seen.getProvider());
            assertEquals(store.device(), seen.getDevice());
            assertEquals("SYNC", seen.getDurability());
            assertEquals(store.volatileMedium(), seen.isVolatileMedium());
            assertEquals(lsn, seen.getBeginLsn());
            assertEquals(store.stableLsn(), seen.getStableLsn());
            assertEquals(store.writtenLsn(), seen.getWrittenLsn());
            assertEquals(store.tailLsn(), seen.getTailLsn());
            assertEquals(store.tailLsn() - store.stableLsn(), seen.getUnstableBytes());
            assertEquals(store.tailLsn() - lsn, seen.getLogBytes());
            assertEquals(101, seen.getRecords());
            assertEquals(5055, seen.getPayloadBytes());
            assertEquals(stats.flushes(), seen.getFlushes());
            assertEquals(stats.flushedBytes(), seen.getFlushedBytes());
            assertEquals(stats.paddingBytes(), seen.getPaddingBytes());
            assertEquals(stats.durableFlushes(), seen.getDurableFlushes());
            assertEquals(stats.syncs(), seen.getSyncs());
            assertEquals(stats.backPressureWaits(), seen.getBackPressureWaits());
            assertEquals(stats.segmentsCreated(), seen.getSegmentsCreated());
            assertEquals(stats.segmentsDeleted(), seen.getSegmentsDeleted());
            assertEquals(0, seen.getExpiredReservations());
            assertEquals(1, seen.getReads());
            assertEquals(0, seen.getInFlight());
            assertEquals(stats.writeAmplification(), seen.getWriteAmplification());
            assertEquals("CREATED", seen.getRecoveryEnd());
            assertEquals(store.recovery().detail(), seen.getRecoveryDetail());
            assertEquals(0, seen.getRecoveryBytesCut());
            assertEquals(store.recovery().took().toMillis(), seen.getRecoveryMillis());
            assertEquals(1, seen.getSession());
            assertTrue(stats.flushes() > 0 && stats.flushedBytes() > 5055 && stats.paddingBytes() > 0);
        }
    }

    @Test
    void everyStatisticHasAnAttribute() throws Exception {
        try (LogStructuredStore store = open(); StoreBean bean = StoreBean.register(store, "all")) {
            Set<String> attributes = Arrays.stream(SERVER.getMBeanInfo(bean.name()).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> statistics = Stream.of(StoreStats.class.getRecordComponents())
                    .map(component -> Character.toUpperCase(component.getName().charAt(0)) + component.getName().substring(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            statistics.removeAll(attributes);
            assertEquals(Set.of(), statistics);
        }
    }

    @Test
    void aBeanGoesWhenItsRegistrationIsClosedAndOutlivesItsStore() throws Exception {
        LogStructuredStore store = open();
        StoreBean bean = StoreBean.register(store, "journal");
        assertEquals("io.lss:name=\"journal\",type=Store", bean.name().getCanonicalName());
        assertThrows(IllegalStateException.class, () -> StoreBean.register(store, "journal"));
        assertTrue(SERVER.isRegistered(bean.name()), "a refused registration leaves the first alone");
        store.append(new byte[9]);
        store.close();
        assertEquals(1L, SERVER.getAttribute(bean.name(), "Records"));
        assertEquals(store.stableLsn(), SERVER.getAttribute(bean.name(), "StableLsn"));
        bean.close();
        assertFalse(SERVER.isRegistered(bean.name()));
        bean.close();
    }

    @Test
    void aStoreThatWasJustOpenedHasNothingUnstable() throws Exception {
        try (LogStructuredStore store = open()) {
            store.append(new byte[9]);
        }
        try (LogStructuredStore store = open(); StoreBean bean = StoreBean.register(store, "again")) {
            StoreMXBean seen = JMX.newMXBeanProxy(SERVER, bean.name(), StoreMXBean.class);
            assertTrue(store.tailLsn() - store.stableLsn() > 1 << 20, "a new session begins in a new segment");
            assertEquals(0, seen.getUnstableBytes());
            store.append(new byte[1000]);
            long unstable = seen.getUnstableBytes();
            assertTrue(unstable >= 0 && unstable <= 8192, unstable + " bytes");
            store.sync();
            assertEquals(store.tailLsn() - store.stableLsn(), seen.getUnstableBytes());
        }
    }

    @Test
    void aRegistrationThatHasEndedDoesNotEndThatOfAnother() throws Exception {
        try (LogStructuredStore store = open()) {
            StoreBean first = StoreBean.register(store, "name");
            SERVER.unregisterMBean(first.name());
            StoreBean second = StoreBean.register(store, "name");
            first.close();
            assertTrue(SERVER.isRegistered(second.name()), "ended by somebody else");
            second.close();
            StoreBean third = StoreBean.register(store, "name");
            second.close();
            assertTrue(SERVER.isRegistered(third.name()), "closed twice");
            third.close();
            assertFalse(SERVER.isRegistered(third.name()));
        }
    }

    @Test
    void anyServerAndNameWillDo() throws Exception {
        MBeanServer own = MBeanServerFactory.newMBeanServer();
        ObjectName name = new ObjectName("com.example:type=Log,part=3");
        try (LogStructuredStore store = open()) {
            try (StoreBean bean = StoreBean.register(store, own, name)) {
                assertEquals(name, bean.name());
                assertEquals("filechannel", own.getAttribute(name, "Provider"));
            }
            assertFalse(own.isRegistered(name));
        }
    }
}

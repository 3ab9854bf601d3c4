package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opening a store: modes, options, exclusiveness, what recovery says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpeningTest {

    private static StoreOptions.Builder options() {
        return Rig.CALLER_DRIVEN.options();
    }

    // ------------------------------------------------------------------------------------------- options

    private static void assertBad(String words, Consumer<StoreOptions.Builder> setting) {
        var e = assertThrows(IllegalArgumentException.class, () -> {
            StoreOptions.Builder builder = StoreOptions.builder();
            setting.accept(builder);
            var unused = builder.build();
        });
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void s18_optionsOutOfRangeAreRefusedByName() {
        for (int size : new int[] {0, -1, 1, 8 << 10, (16 << 10) + 1, 3 << 14, 512 << 20, Integer.MIN_VALUE}) {
            assertBad("bufferSize " + size, b -> b.bufferSize(size));
        }
        for (int count : new int[] {-1, 0, 1, 1_025, Integer.MAX_VALUE}) {
            assertBad("buffers " + count, b -> b.buffers(count));
        }
        for (long size : new long[] {0, -1, 65_535, 65_537, (1L << 36) + 65_536, Long.MIN_VALUE}) {
            assertBad("segmentSize " + size, b -> b.segmentSize(size).bufferSize(16 << 10));
        }
        assertBad("linger", b -> b.linger(Duration.ofNanos(-1)));
        assertBad("linger", b -> b.linger(Duration.ofNanos(999)));
        assertBad("reservationTimeout", b -> b.reservationTimeout(Duration.ofMillis(-1)));
        assertBad("reservationTimeout", b -> b.reservationTimeout(Duration.ofNanos(999_999)));
    }

    @Test
    void s18_optionsThatDoNotGoTogetherAreRefused() {
        assertBad("less than two buffers", b -> b.segmentSize(64 << 10).bufferSize(64 << 10));
        assertBad("less than two buffers", b -> b.segmentSize(1 << 20));
    }

    @Test
    void s18_timesBeyondADayAreRefusedBeforeAnythingIsTouched() {
        assertBad("linger", b -> b.linger(Duration.ofDays(1_000_000)));
        assertBad("reservationTimeout", b -> b.reservationTimeout(Duration.ofDays(2)));
        assertBad("linger", b -> b.linger(Duration.ofNanos(-1)));
    }

    /** A null that is taken for a default would be a promise the caller did not mean, such as a store that is not durable. */
    @Test
    void s18_nullIsNoOption() {
        StoreOptions.Builder builder = StoreOptions.builder();
        for (Executable set : List.<Executable>of(
                () -> builder.durability(null),
                () -> builder.writeMode(null),
                () -> builder.openMode(null),
                () -> builder.linger(null),
                () -> builder.reservationTimeout(null),
                () -> builder.providerProperty(null, "1"),
                () -> builder.providerProperty("a", null))) {
            assertThrows(NullPointerException.class, set);
        }
        assertEquals(StoreOptions.defaults().toString(), builder.build().toString());
    }

    @Test
    void optionsAreKeptAndCopied() {
        StoreOptions given = StoreOptions.builder()
                .provider("sim")
                .openMode(OpenMode.CREATE_NEW)
                .durability(Durability.WRITTEN)
                .writeMode(WriteMode.SERIALIZED)
                .segmentSize(128 << 10)
                .bufferSize(32 << 10)
                .buffers(3)
                .linger(Duration.ofNanos(1_000))
                .reservationTimeout(Duration.ofMillis(1))
                .callerDriven(true)
                .checked(true)
                .providerProperty("a", "b")
                .build();
        StoreOptions copy = given.toBuilder().build();
        assertEquals(given.toString(), copy.toString());
        assertEquals("sim", copy.provider().orElseThrow());
        assertEquals(128 << 10, copy.newSegmentSize());
        assertEquals("b", copy.providerProperties().get("a"));
        assertTrue(copy.checked() && copy.callerDriven());
        StoreOptions.Builder builder = given.toBuilder();
        builder.providerProperty("c", "d");
        assertFalse(given.providerProperties().containsKey("c"));
        assertEquals(64L << 20, StoreOptions.defaults().newSegmentSize());
    }

    @Test
    void s18_optionsThatTheStoreOrTheDeviceCannotServeAreRefused() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            List<Found> all = SimStore.appendMixed(sim.store(), 50, 1);
            sim.store().close();
            long before = sim.medium().hash();
            URI at = sim.location();
            assertRefused(at, options().segmentSize(128 << 10), "fixed when it was created");
            StoreOptions.Builder large = StoreOptions.builder().callerDriven(true).bufferSize(64 << 10);
            assertRefused(at, large, "bufferSize");
            assertRefused(at, options().providerProperty("unknown", "1"), "unknown");
            assertEquals(before, sim.medium().hash(), "nothing was changed");
            // What may differ from open to open.
            StoreOptions.Builder other = StoreOptions.builder().callerDriven(true).bufferSize(32 << 10).buffers(2);
            try (LogStructuredStore store = LogStructuredStore.open(at, other.build())) {
                all.add(SimStore.append(store, SimStore.payload(store.maxRecordLength(), 1)));
            }
            try (LogStructuredStore store = LogStructuredStore.open(at, options().buffers(7).build())) {
                assertEquals(all, SimStore.scan(store));
                for (Found found : all) {
                    SimStore.assertReads(store, found);
                }
            }
        }
    }

    private static void assertRefused(URI at, StoreOptions.Builder options, String words) {
        var e = assertThrows(IllegalArgumentException.class, () -> LogStructuredStore.open(at, options.build()));
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void s18_aDeviceWithLargeBlocksNeedsLargerBuffers() throws Exception {
        SimulatedSettings.Builder device = Rig.CALLER_DRIVEN.device().blockSize(16 << 10);
        var e = assertThrows(IllegalArgumentException.class, () -> SimStore.open(device, options()));
        assertTrue(e.getMessage().contains("bufferSize"), e.getMessage());
        StoreOptions.Builder larger = options().bufferSize(64 << 10).segmentSize(256 << 10);
        try (SimStore sim = SimStore.open(device, larger)) {
            List<Found> all = SimStore.appendMixed(sim.store(), 100, 1);
            assertEquals(all, SimStore.scan(sim.reopen()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void devicesWithSmallBlocksWork(Rig rig) throws Exception {
        try (SimStore sim = SimStore.open(rig.device().blockSize(512).memoryAlignment(512), rig.options())) {
            List<Found> all = SimStore.appendMixed(sim.store(), 200, 1);
            assertEquals(all, SimStore.scan(sim.reopen()));
        }
    }

    // ------------------------------------------------------------------------------------------- modes

    @Test
    void openModesSayWhatMayBeFound() throws Exception {
        SimulatedMedium medium = SimulatedMedium.blank(Rig.CALLER_DRIVEN.device().build());
        URI at = SimulatedProvider.register(medium);
        assertThrows(
                StoreLocationException.class,
                () -> LogStructuredStore.open(at, options().openMode(OpenMode.OPEN_EXISTING).build()));
        assertEquals(0, medium.segments().length);
        LogStructuredStore.open(at, options().openMode(OpenMode.CREATE_NEW).build()).close();
        assertThrows(
                StoreLocationException.class,
                () -> LogStructuredStore.open(at, options().openMode(OpenMode.CREATE_NEW).build()));
        LogStructuredStore.open(at, options().openMode(OpenMode.OPEN_EXISTING).build()).close();
        LogStructuredStore.open(at, options().openMode(OpenMode.OPEN_OR_CREATE).build()).close();
        assertEquals(List.of(), medium.violations());
        SimulatedProvider.unregister(at);
    }

    @Test
    void aLocationThatIsGoneOrUnknownIsRefused() throws Exception {
        URI at = SimulatedProvider.register(SimulatedMedium.blank(SimulatedSettings.builder().build()));
        SimulatedProvider.unregister(at);
        assertThrows(IOException.class, () -> LogStructuredStore.open(at, options().build()));
        assertThrows(IOException.class, () -> LogStructuredStore.open(URI.create("nowhere:1"), options().build()));
    }

    @Test
    void openingSaysWhatItFound() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            assertEquals(EndOfLog.CREATED, store.recovery().end());
            assertEquals(1, store.recovery().session());
            assertEquals("sim", store.provider());
            assertFalse(store.volatileMedium());
            assertTrue(store.device().contains("simulated"), store.device());
            assertFalse(store.rejectedProviders().containsKey("sim"));
            SimStore.appendMixed(store, 10, 1);
            store.sync();
            long stable = store.stableLsn();
            store = sim.reopen();
            assertEquals(EndOfLog.CLEAN, store.recovery().end());
            assertEquals(2, store.recovery().session());
            assertEquals(stable, store.recovery().endLsn());
            assertEquals(0, store.recovery().bytesCut());
            assertTrue(store.stableLsn() >= stable);
            SimStore.appendMixed(store, 5, 1);
            store.sync();
            stable = store.stableLsn();
            SimStore.appendMixed(store, 30, 1);
            store = sim.crashAndReopen(3);
            assertEquals(3, store.recovery().session());
            assertTrue(store.recovery().endLsn() >= stable, store.recovery().toString());
            assertTrue(store.recovery().end() != EndOfLog.CREATED && store.recovery().end() != EndOfLog.CLEAN);
            assertFalse(store.recovery().detail().isEmpty());
            assertFalse(store.recovery().took().isNegative());
        }
    }

    @Test
    void aVolatileMediumIsReported() throws Exception {
        try (SimStore sim = SimStore.open(Rig.CALLER_DRIVEN.device().volatileMedium(true), options())) {
            assertTrue(sim.store().volatileMedium());
        }
    }

    // ------------------------------------------------------------------------------------------- exclusive

    @ParameterizedTest
    @EnumSource
    void f7_aSecondOpenerIsRefusedAndHarmsNothing(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            Found before = SimStore.append(sim.store(), SimStore.payload(10, 1));
            var e = assertThrows(
                    StoreLockedException.class, () -> LogStructuredStore.open(sim.location(), rig.options().build()));
            assertTrue(e.getMessage().contains("open"), e.getMessage());
            Found after = SimStore.append(sim.store(), SimStore.payload(10, 2));
            sim.store().sync();
            assertEquals(List.of(before, after), SimStore.scan(sim.store()));
        }
    }

    @Test
    void f7_ofManyOpenersOneWins() throws Exception {
        SimulatedMedium medium = SimulatedMedium.blank(Rig.DEVICE_THREAD.device().build());
        URI at = SimulatedProvider.register(medium);
        for (int round = 0; round < 20; round++) {
            List<Work<LogStructuredStore>> openers = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                openers.add(Work.start(() -> LogStructuredStore.open(at, Rig.DEVICE_THREAD.options().build())));
            }
            List<LogStructuredStore> won = new ArrayList<>();
            for (Work<LogStructuredStore> opener : openers) {
                try {
                    won.add(opener.get());
                } catch (java.util.concurrent.ExecutionException e) {
                    assertInstanceOf(StoreLockedException.class, e.getCause());
                }
            }
            assertEquals(1, won.size());
            won.getFirst().close();
        }
        assertEquals(List.of(), medium.violations());
        SimulatedProvider.unregister(at);
    }

    /** Every operation of opening fails once, or the power is cut there: nothing is lost, and the hold is given up. */
    @Test
    void anOpenThatFailsAnywhereLosesNothingAndCanBeRepeated() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        try (SimStore sim = rig.open()) {
            List<Found> all = SimStore.appendMixed(sim.store(), 150, 1);
            sim.store().sync();
            SimulatedMedium crashed = sim.medium().crash(1);
            int failed = 0;
            boolean reached = true;
            for (int nth = 1; reached; nth++) {
                SimulatedMedium medium = crashed.crashKeepingAll();
                medium.settings(rig.device().faults(SimulatedFaults.none().failAt(nth)).build());
                URI at = SimulatedProvider.register(medium);
                try {
                    LogStructuredStore store = LogStructuredStore.open(at, rig.options().build());
                    reached = medium.device().orElseThrow().operations() >= nth;
                    SimStore.closeQuietly(store);
                } catch (IOException e) {
                    failed++;
                }
                medium.settings(rig.device().build());
                try (LogStructuredStore again = LogStructuredStore.open(at, rig.options().build())) {
                    assertEquals(all, SimStore.scan(again), "after a failure at operation " + nth);
                }
                assertEquals(List.of(), medium.violations());
                SimulatedProvider.unregister(at);
            }
            assertTrue(failed > 8, "failures " + failed);
        }
    }

    @Test
    void creatingAStoreThatFailsAnywhereCanBeRepeated() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        boolean reached = true;
        int failed = 0;
        for (int nth = 1; reached; nth++) {
            var device = rig.device().faults(SimulatedFaults.none().failAt(nth));
            SimulatedMedium medium = SimulatedMedium.blank(device.build());
            URI at = SimulatedProvider.register(medium);
            try {
                LogStructuredStore store = LogStructuredStore.open(at, rig.options().build());
                reached = medium.device().orElseThrow().operations() >= nth;
                SimStore.closeQuietly(store);
            } catch (IOException e) {
                failed++;
            }
            medium.settings(rig.device().build());
            try (LogStructuredStore again = LogStructuredStore.open(at, rig.options().build())) {
                assertEquals(List.of(), SimStore.scan(again));
                again.awaitStable(again.append(new byte[10]));
            }
            assertEquals(List.of(), medium.violations());
            SimulatedProvider.unregister(at);
        }
        assertTrue(failed >= 5, "failures " + failed);
    }

    @Test
    void aFullDeviceRefusesTheOpenAndLosesNothing() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        try (SimStore sim = rig.open()) {
            List<Found> all = SimStore.appendMixed(sim.store(), 100, 1);
            sim.store().close();
            sim.medium().settings(rig.device().faults(SimulatedFaults.none().noSpace(OperationKind.CREATE, 1, 1)).build());
            assertThrows(
                    io.lss.api.StoreFullException.class, () -> LogStructuredStore.open(sim.location(), rig.options().build()));
            sim.medium().settings(rig.device().build());
            assertEquals(all, SimStore.scan(sim.reopen()));
        }
    }
}

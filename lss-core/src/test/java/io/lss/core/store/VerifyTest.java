package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Damage;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.api.VerificationReport;
import io.lss.core.store.SimStore.Found;
import io.lss.tck.sim.SimulatedMedium;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What verify finds, and that errors say which store they are about. */
class VerifyTest {

    @Test
    void aWholeStoreHasNoDamage() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            List<Found> all = SimStore.appendMixed(sim.store(), 300, 1);
            sim.store().sync();
            sim.store().append(new byte[10]);
            VerificationReport report = sim.store().verify(damage -> {
                throw new AssertionError(damage);
            });
            assertEquals(all.size(), report.records(), "what is stable, no more");
            assertEquals(0, report.damages());
            assertTrue(report.segments() > 2 && report.units() > 10 && report.bytes() > 100_000, report.toString());
            sim.store().close();
            assertThrows(StoreClosedException.class, () -> sim.store().verify(damage -> {}));
        }
    }

    @Test
    void anExceptionOfWhoIsToldHowFarItIsEndsItAndHarmsNothing() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            List<Found> all = SimStore.appendMixed(sim.store(), 300, 1);
            sim.store().sync();
            List<Long> told = new ArrayList<>();
            var mine = new IllegalStateException("enough");
            var thrown = assertThrows(
                    IllegalStateException.class,
                    () -> sim.store().verify(damage -> {}, lsn -> {
                        told.add(lsn);
                        if (told.size() == 5) {
                            throw mine;
                        }
                    }));
            assertSame(mine, thrown);
            assertEquals(5, told.size());
            told.clear();
            assertEquals(all.size(), sim.store().verify(damage -> {}, told::add).records());
            assertEquals(told.stream().sorted().toList(), told);
            assertTrue(told.getFirst() > sim.store().beginLsn(), told.toString());
            assertEquals(sim.store().stableLsn(), told.getLast());
        }
    }

    /** No read meets the padding of a unit; verify does. A record that is damaged is found by both, and both say where. */
    @Test
    void aFlippedBitInPaddingAndOneInAPayloadAreReportedByTheirPlace() throws Exception {
        SimulatedMedium left;
        Found first;
        Found last;
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            first = SimStore.append(sim.store(), SimStore.payload(100, 1));
            sim.store().sync();
            last = SimStore.append(sim.store(), SimStore.payload(100, 2));
            sim.store().sync();
            sim.store().close();
            left = sim.medium().crashDroppingAll();
        }
        long number = first.lsn() / Rig.SEGMENT;
        long padding = first.lsn() + SimStore.frame(100);
        left.rot().flipBit(number, (padding + 500) % Rig.SEGMENT, 3);
        left.rot().flipBit(number, (last.lsn() + 40) % Rig.SEGMENT, 3);
        try (SimStore sim = SimStore.open(left, Rig.CALLER_DRIVEN.options())) {
            LogStructuredStore store = sim.store();
            List<Damage> found = new ArrayList<>();
            VerificationReport report = store.verify(found::add);
            assertEquals(List.of(padding, last.lsn()), found.stream().map(Damage::lsn).toList(), found.toString());
            assertEquals(2, report.damages());
            SimStore.assertReads(store, first);
            var e = assertThrows(StoreCorruptException.class, () -> SimStore.assertReads(store, last));
            assertEquals(last.lsn(), e.lsn());
            assertEquals(sim.location(), e.location().orElseThrow());
            assertTrue(e.getMessage().contains(sim.location().toString()), e.getMessage());
        }
    }
}

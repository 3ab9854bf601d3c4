package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedDevice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine keeps its side of the SPI: the device, which sees every breach (its own tests show that), sees none. Every
 * other test on the simulated device asserts the same at its end; this one makes sure that what the rules are about has
 * happened.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineSideTest {

    /** What the device has seen of a busy life: how many operations of each kind, and which breaches. */
    private record Seen(Map<OperationKind, Long> operations, List<String> breaches) {

        void assertKept(String rule) {
            assertEquals(List.of(), breaches.stream().filter(breach -> breach.startsWith(rule + ":")).toList());
        }

        void assertMany(OperationKind kind, int atLeast) {
            assertTrue(operations.get(kind) >= atLeast, kind + " in " + operations);
        }
    }

    /** Appends, waits, aborts, rolls, trims, sets roots, scans and closes, on several threads where that is allowed. */
    private static Seen live(Rig rig, Durability durability) throws Exception {
        try (SimStore sim = SimStore.open(rig.device().depth(8), rig.options().durability(durability))) {
            SimulatedDevice device = sim.device();
            for (int round = 0; round < 4; round++) {
                List<Found> appended = SimStore.appendMixed(sim.store(), 100, round);
                List<Work<Void>> shortLived = new ArrayList<>();
                for (int i = 0; i < 6 && rig != Rig.CALLER_DRIVEN; i++) {
                    int seed = 1_000 * round + i;
                    shortLived.add(Work.start(() -> {
                        sim.store().awaitStable(SimStore.append(sim.store(), SimStore.payload(700, seed)).lsn());
                        return null;
                    }));
                }
                for (Work<Void> each : shortLived) {
                    each.get();
                }
                sim.store().reserve(200).abort();
                sim.store().sync();
                sim.store().setRoot(new byte[round]);
                assertTrue(SimStore.scan(sim.store()).containsAll(appended.subList(50, appended.size())));
                sim.store().trimBefore(appended.get(50).lsn());
            }
            Map<OperationKind, Long> operations = new EnumMap<>(OperationKind.class);
            for (OperationKind kind : OperationKind.values()) {
                operations.put(kind, device.operations(kind));
            }
            sim.reopen();
            return new Seen(operations, sim.medium().violations());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, SYNC", "CALLER_DRIVEN, WRITTEN", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN", "DEVICE_THREAD, SYNC",
        "DEVICE_THREAD, WRITTEN"
    })
    void f6_writesAscendIntoOwnSegmentsAndTheirMemoryIsLeftAlone(Rig rig, Durability durability) throws Exception {
        Seen seen = live(rig, durability);
        seen.assertKept("F6");
        seen.assertMany(OperationKind.WRITE, 20);
        seen.assertMany(OperationKind.CREATE, 3);
    }

    /** Threads that wait for one record and end, on a device that needs who issued to stay. */
    @ParameterizedTest
    @CsvSource({"CALLER_DRIVEN, SYNC", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN"})
    void f13_oneThreadAtATimeIssuesAndStaysForWhatItIssued(Rig rig, Durability durability) throws Exception {
        Seen seen = live(rig, durability);
        seen.assertKept("F13");
        seen.assertMany(OperationKind.WRITE, 20);
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, SYNC", "CALLER_DRIVEN, WRITTEN", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN", "DEVICE_THREAD, SYNC",
        "DEVICE_THREAD, WRITTEN"
    })
    void f14_segmentsHandlesAndDurableWritesAreUsedAsAnnounced(Rig rig, Durability durability) throws Exception {
        Seen seen = live(rig, durability);
        seen.assertKept("F14");
        seen.assertMany(OperationKind.FINISH, 2);
        seen.assertMany(OperationKind.DELETE, 2);
        seen.assertMany(OperationKind.READ, 5);
    }
}

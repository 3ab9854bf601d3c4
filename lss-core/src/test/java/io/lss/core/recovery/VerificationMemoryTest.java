package io.lss.core.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a verification reads ahead into it gives back: there is only so much for all cursors of a store. */
class VerificationMemoryTest {

    private static final int RECORD = 100_000;

    @Test
    void allOfItIsGivenBackAtTheEndAndAfterAFailure() throws Exception {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().timing(Timing.THREADED).build());
        URI at = SimulatedProvider.register(medium);
        try {
            StoreOptions options = StoreOptions.builder().segmentSize(8 << 20).bufferSize(256 << 10).build();
            try (LogStructuredStore store = LogStructuredStore.open(at, options)) {
                for (int i = 0; i < 70; i++) {
                    store.append(new byte[RECORD]);
                }
                store.sync();
            }
            DeviceOptions forReading = new DeviceOptions(false, false, Durability.SYNC, 1 << 20, 1, Map.of());
            try (Device device = new SimulatedProvider().open(at, forReading)) {
                RecoveredLog log = assertInstanceOf(RecoveredLog.class, Recovery.recover(device));
                try (LogSegments segments = log.segments()) {
                    Verification.verify(segments, log.beginLsn(), log.stableLsn(), damage -> {}, lsn -> {});
                    assertEquals(0, segments.readAheadMemory().out());
                    assertThrows(
                            IllegalStateException.class,
                            () -> Verification.verify(segments, log.beginLsn(), log.stableLsn(), damage -> {}, lsn -> {
                                if (lsn > log.stableLsn() - 1_000_000) {
                                    throw new IllegalStateException("enough");
                                }
                            }));
                    assertEquals(0, segments.readAheadMemory().out());
                }
            }
        } finally {
            SimulatedProvider.unregister(at);
        }
    }
}

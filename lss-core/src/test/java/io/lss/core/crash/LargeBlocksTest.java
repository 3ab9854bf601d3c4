package io.lss.core.crash;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import io.lss.tck.SimulatedSite;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;

/** The rules do not depend on the block size: with the largest there is, the kit tries everything with larger buffers and segments. */
class LargeBlocksTest extends ProviderContract {

    @Override
    protected DeviceProvider provider() {
        return new SimulatedProvider();
    }

    @Override
    protected Site newSite() {
        return new SimulatedSite(SimulatedSettings.builder()
                .seed(7)
                .blockSize(64 << 10)
                .memoryAlignment(64 << 10)
                .timing(Timing.REAL)
                .latency(1_000, 30_000)
                .build());
    }
}

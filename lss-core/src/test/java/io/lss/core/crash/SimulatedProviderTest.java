package io.lss.core.crash;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import io.lss.tck.SimulatedSite;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;

/** The simulated device, which others are judged by, keeps the rules itself; so does the engine on one that must be driven. */
class SimulatedProviderTest extends ProviderContract {

    @Override
    protected DeviceProvider provider() {
        return new SimulatedProvider();
    }

    @Override
    protected Site newSite() {
        return new SimulatedSite(SimulatedSettings.builder().seed(7).timing(Timing.REAL).latency(1_000, 30_000).build());
    }
}

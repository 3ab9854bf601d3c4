package io.lss.tck;

import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.reference.ReferenceEngine;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;

/** The simulated device, by which engines are judged, keeps the rules of devices itself. */
class SimulatedProviderTest extends ProviderContract {

    @Override
    protected StoreEngine engine() {
        return new ReferenceEngine();
    }

    @Override
    protected DeviceProvider provider() {
        return new SimulatedProvider();
    }

    @Override
    protected Site newSite() {
        return new SimulatedSite(SimulatedSettings.builder().seed(7).timing(Timing.THREADED).latency(1_000, 30_000).build());
    }
}

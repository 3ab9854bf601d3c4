package io.lss.tck;

import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.reference.ReferenceEngine;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.time.Duration;

/** The contract for the simulated device with whatever flaws its settings have, and whatever engine. Run by the kit's tests, with little patience. */
class ProviderUnderKit extends ProviderContract {

    private static volatile SimulatedSettings settings = SimulatedSettings.builder().build();
    private static volatile StoreEngine engine = new ReferenceEngine();

    static void subject(StoreEngine with, SimulatedSettings device) {
        engine = with;
        settings = device;
    }

    @Override
    protected StoreEngine engine() {
        return engine;
    }

    @Override
    protected DeviceProvider provider() {
        return new SimulatedProvider();
    }

    @Override
    protected Site newSite() {
        return new SimulatedSite(settings);
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(4);
    }
}

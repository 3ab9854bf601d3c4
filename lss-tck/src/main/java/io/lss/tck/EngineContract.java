package io.lss.tck;

import io.lss.spi.store.StoreEngine;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;
import java.io.IOException;

/**
 * The rules of the store, S1 to S20, and the engine's side of the flush SPI (F6, F13, F14), for an engine on the simulated device: with
 * crashes at every operation, failures of every operation, and damage of every block.
 */
public abstract class EngineContract extends StoreContract {

    /** For subclasses. */
    protected EngineContract() {}

    @Override
    protected abstract StoreEngine engine();

    /** {@return a simulated medium} */
    @Override
    protected Site newSite() throws IOException {
        return new SimulatedSite(SimulatedSettings.builder().seed(42).timing(Timing.THREADED).latency(1_000, 30_000).build());
    }
}

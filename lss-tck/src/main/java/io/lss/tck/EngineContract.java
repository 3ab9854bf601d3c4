package io.lss.tck;

import io.lss.api.StoreCorruptException;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.crash.Program;
import io.lss.tck.sim.SimulatedMedium;
import java.util.List;

/**
 * The rules of the store, S1 to S20, and the engine's side of the flush SPI (F6, F13, F14), for an engine on the simulated device: with
 * crashes at every operation and inside recovery, failures of every operation, and damage of every block.
 *
 * <p>For whoever writes an engine: a store that keeps its log on devices of the flush SPI. It must find the device by
 * {@link java.util.ServiceLoader}, as LSS' own engine does.
 */
public abstract class EngineContract extends EngineSideRules {

    /** For subclasses. */
    protected EngineContract() {}

    @Override
    protected abstract StoreEngine engine();

    /** {@return a simulated medium, which can do all that a site can} */
    @Override
    protected Site newSite() {
        return watchedSite();
    }

    /**
     * Told of every disk image that the engine is going to recover from, by many threads. Does nothing unless overridden, for example to see which
     * cases of recovery were met.
     *
     * @param image a copy, to be opened by whoever wants to
     */
    protected void recovering(SimulatedMedium image) {}

    /**
     * Told of every damage that the engine has reported, by many threads. Does nothing unless overridden, for example to check how exactly the
     * report names the place: an {@link AssertionError} fails the test.
     *
     * @param program what made the store
     * @param segments the segments that were damaged; empty: only the root was
     * @param damage in words
     * @param report what was thrown
     */
    protected void reported(Program program, List<Long> segments, String damage, StoreCorruptException report) {}

    @Override
    final void damageReported(Program program, List<Long> segments, String damage, StoreCorruptException report) {
        reported(program, segments, damage, report);
    }

    @Override
    final StoreEngine engineUnderTest() {
        return engine();
    }

    @Override
    final void recoveredFrom(SimulatedMedium image) {
        recovering(image);
    }
}

/**
 * The conformance kit of LSS: contracts for providers, engines and whole stores ({@link io.lss.tck}), a simulated storage device on which an
 * engine can be crashed, starved and lied to, seeded and replayable ({@link io.lss.tck.sim}), crash sweeps for engines on it
 * ({@link io.lss.tck.crash}), random programs for any store (io.lss.tck.program, not exported), and what devices on local files are asked
 * beyond the rules ({@link io.lss.tck.device}).
 *
 * <p><b>Who requires it:</b> tests only; those of the engine, and those of whoever writes a provider or an engine of
 * their own.
 *
 * <p><b>What it provides and uses:</b> it provides the {@link io.lss.spi.flush.DeviceProvider} {@code sim}, which serves
 * {@code sim:} locations that a test has registered and nothing else. It uses
 * {@link io.lss.spi.store.StoreEngine} and {@link io.lss.spi.flush.DeviceProvider}: what is tested is found as users find it.
 *
 * <p><b>What it must never depend on:</b> an engine or a real device. Tests find them by
 * {@link java.util.ServiceLoader}.
 *
 * <p><b>Run-time flags:</b> none.
 */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // an export that is qualified names a module that is there only while tests run
module io.lss.tck {
    requires transitive io.lss.api;
    requires static org.jspecify;
    requires transitive org.junit.jupiter.api;

    requires transitive net.jqwik.api;
    requires org.junit.platform.commons;

    exports io.lss.tck;
    exports io.lss.tck.crash;
    exports io.lss.tck.device;
    exports io.lss.tck.sim;

    // To whatever runs the tests: JUnit and jqwik call methods that are not public.
    opens io.lss.tck;

    opens io.lss.tck.device to
            org.junit.platform.commons;

    uses io.lss.spi.flush.DeviceProvider;
    uses io.lss.spi.store.StoreEngine;

    provides io.lss.spi.flush.DeviceProvider with
            io.lss.tck.sim.SimulatedProvider;
}

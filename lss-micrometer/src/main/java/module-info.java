/**
 * A store's figures as Micrometer meters. Optional: a store works without it, and knows nothing of it.
 *
 * <p><b>Who requires it:</b> an application that has a {@link io.micrometer.core.instrument.MeterRegistry} and binds its stores to it
 * ({@link io.lss.micrometer.StoreMetrics}).
 *
 * <p><b>What it provides and uses:</b> no service.
 *
 * <p><b>What it must never depend on:</b> the engine, a provider. It sees a store by its API.
 *
 * <p><b>Run-time flags:</b> none. {@code micrometer.core} is an automatic module, so an application with this module cannot be made a
 * jlink image; on the class path nothing changes.
 */
@org.jspecify.annotations.NullMarked
module io.lss.micrometer {
    requires transitive io.lss.api;
    requires transitive micrometer.core;
    requires static org.jspecify;

    exports io.lss.micrometer;
}

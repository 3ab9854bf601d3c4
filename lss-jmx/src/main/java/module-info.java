/**
 * A store as a JMX bean. Optional: a store works without it, and knows nothing of it.
 *
 * <p><b>Who requires it:</b> an application that registers its stores ({@link io.lss.jmx.StoreBean}), so that
 * {@code jconsole}, {@code jcmd} or an agent can look at them.
 *
 * <p><b>What it provides and uses:</b> no service.
 *
 * <p><b>What it must never depend on:</b> the engine, a provider. It sees a store by its API.
 *
 * <p><b>Run-time flags:</b> none.
 */
@org.jspecify.annotations.NullMarked
module io.lss.jmx {
    requires transitive io.lss.api;
    requires transitive java.management;
    requires static org.jspecify;

    exports io.lss.jmx;
}

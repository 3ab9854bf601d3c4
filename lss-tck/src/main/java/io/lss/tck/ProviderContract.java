package io.lss.tck;

import io.lss.api.StoreOptions;
import io.lss.spi.flush.DeviceProvider;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The rules of the flush SPI, F1 to F14, for a device, and those of the store, S1 to S20, for the store that the engine makes of it. What
 * the author of a provider extends:
 *
 * <pre>{@code
 * class MyProviderTest extends ProviderContract {
 *     protected DeviceProvider provider() {
 *         return new MyProvider();
 *     }
 *     protected Site newSite() {
 *         return new MySite();               // a fresh location for each test
 *     }
 * }
 * }</pre>
 *
 * <p>The engine must be on the module path or class path ({@code lss-core}), and the provider must be found by {@link java.util.ServiceLoader},
 * as for every user.
 */
public abstract class ProviderContract extends PortabilityRules {

    /** For subclasses. */
    protected ProviderContract() {}

    /** {@return the provider under test} */
    protected abstract DeviceProvider provider();

    /**
     * {@return flags that java needs for this provider, in a process that has everything on its class path} The kit starts such processes
     * where the site declares {@link Capability#PROCESSES}.
     */
    protected List<String> javaFlags() {
        return List.of("--enable-native-access=ALL-UNNAMED");
    }

    @Override
    final List<String> childFlags() {
        return javaFlags();
    }

    @Override
    final DeviceProvider deviceProvider() {
        return provider();
    }

    @Override
    final Map<String, String> deviceProperties() {
        return newOptions().build().providerProperties();
    }

    /**
     * {@return a fresh place for a store} Called at least once for each test; closed at its end.
     *
     * @throws IOException if none can be had
     */
    @Override
    protected abstract Site newSite() throws IOException;

    /** {@return options that name the provider under test} Override it to add properties of the provider. */
    @Override
    protected StoreOptions.Builder newOptions() {
        return StoreOptions.builder().provider(provider().name());
    }
}

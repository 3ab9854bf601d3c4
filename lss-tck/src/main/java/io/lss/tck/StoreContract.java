package io.lss.tck;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.store.StoreEngine;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.ServiceLoader;

/**
 * The rules of the store, S1 to S20, for a whole store of whatever make. Extend it, say where stores can be made, and run JUnit:
 *
 * <pre>{@code
 * class MyStoreTest extends StoreContract {
 *     protected StoreEngine engine() {
 *         return new MyEngine();
 *     }
 *     protected Site newSite() {
 *         return new MySite();               // a fresh location for each test
 *     }
 * }
 * }</pre>
 *
 * <p>Each test's name begins with the number of the rule that it proves, and a failure's message with the number of the rule that is
 * broken. What came of every rule is printed, and written to {@code target/lss-tck}.
 */
public abstract class StoreContract extends ProgramRules {

    /** For subclasses. */
    protected StoreContract() {}

    /**
     * {@return a fresh place for a store} Called at least once for each test; closed at its end.
     *
     * @throws IOException if none can be had
     */
    @Override
    protected abstract Site newSite() throws IOException;

    /** {@return the engine under test; unless overridden the one that users get} */
    protected StoreEngine engine() {
        return ServiceLoader.load(StoreEngine.class).stream()
                .map(ServiceLoader.Provider::get)
                .max(Comparator.comparingInt(StoreEngine::preference))
                .orElseThrow(() -> new AssertionError("no store engine is on the module path or class path: add lss-core"));
    }

    /** {@return options that every store is opened with; tests set sizes, modes and times themselves} */
    @Override
    protected StoreOptions.Builder newOptions() {
        return StoreOptions.builder();
    }

    /** {@return after what time a test is taken to hang; a minute, unless overridden} */
    @Override
    protected Duration patience() {
        return Duration.ofMinutes(1);
    }

    /** {@return the block size of the medium, in bytes; 4096, unless overridden} Buffers and segments are the least that it allows. */
    @Override
    protected int blockSize() {
        return LEAST_BLOCK;
    }

    @Override
    final LogStructuredStore openStore(URI location, StoreOptions options) throws IOException {
        return engine().open(location, options);
    }
}

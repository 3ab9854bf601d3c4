package io.lss.core;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.store.StoreEngine;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.net.URI;
import java.util.List;

/** The engine of LSS, as {@link java.util.ServiceLoader} finds it. */
public final class CoreEngine implements StoreEngine {

    static {
        // A class that is first needed when there is no memory fails to initialise, for good.
        MethodHandles.Lookup here = MethodHandles.lookup();
        try {
            for (Class<?> needed : List.of(
                    BackPressureEvent.class,
                    FlushEvent.class,
                    SyncEvent.class,
                    RollEvent.class,
                    RecoveryEvent.class,
                    SyncRound.class,
                    SyncRound.Part.class,
                    StableWaiter.class,
                    StableWaiters.class)) {
                here.ensureInitialized(needed);
            }
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** For the service loader. */
    public CoreEngine() {}

    @Override
    public String name() {
        return "core";
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public LogStructuredStore open(URI location, StoreOptions options) throws IOException {
        return StoreOpening.open(location, options);
    }
}

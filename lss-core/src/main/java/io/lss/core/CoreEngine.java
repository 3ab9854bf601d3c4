package io.lss.core;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.store.StoreEngine;
import java.io.IOException;
import java.net.URI;

/** The engine of LSS, as {@link java.util.ServiceLoader} finds it. */
public final class CoreEngine implements StoreEngine {

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

package io.lss.spi.store;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.net.URI;

/** Opens stores. Found by {@link java.util.ServiceLoader}; public no-argument constructor; safe for many threads. */
public interface StoreEngine {

    /** {@return a short name, for messages} */
    String name();

    /** {@return how strongly this engine is preferred; the highest wins} The engine of LSS has 100. */
    int preference();

    /**
     * Opens, and where the options allow creates, the store at a location.
     *
     * @param location where
     * @param options how
     * @return the open store, recovered
     * @throws IOException as {@link LogStructuredStore#open(URI, StoreOptions)} says
     */
    LogStructuredStore open(URI location, StoreOptions options) throws IOException;
}

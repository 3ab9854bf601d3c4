package io.lss.core.recovery;

import io.lss.api.StoreException;

/** Asks whether the store may still be read; the engine implements it. */
@FunctionalInterface
public interface OpenCheck {

    /**
     * Returns if it may.
     *
     * @throws StoreException if it may not
     */
    void check() throws StoreException;
}

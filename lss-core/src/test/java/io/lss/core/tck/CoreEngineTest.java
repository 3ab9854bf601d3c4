package io.lss.core.tck;

import io.lss.core.CoreEngine;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.EngineContract;

/** The engine keeps every rule of the store, and its side of the flush SPI. */
class CoreEngineTest extends EngineContract {

    @Override
    protected StoreEngine engine() {
        return new CoreEngine();
    }
}

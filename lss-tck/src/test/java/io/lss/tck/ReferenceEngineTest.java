package io.lss.tck;

import io.lss.spi.store.StoreEngine;
import io.lss.tck.reference.ReferenceEngine;

/** An engine of quite another make than that of LSS keeps every rule: the contract asks for nothing that only one engine does. */
class ReferenceEngineTest extends EngineContract {

    @Override
    protected StoreEngine engine() {
        return new ReferenceEngine();
    }
}

package io.lss.tck;

import io.lss.spi.store.StoreEngine;
import io.lss.tck.reference.ReferenceEngine;
import java.time.Duration;

/** The contract for whatever engine is put in here. Run by the kit's tests, with little patience. */
class EngineUnderKit extends EngineContract {

    private static volatile StoreEngine subject = new ReferenceEngine();

    static void subject(StoreEngine engine) {
        subject = engine;
    }

    @Override
    protected StoreEngine engine() {
        return subject;
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(4);
    }
}

package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.time.Duration;

/** Where the store of a program lives. */
public interface Ground {

    /** {@return options for all stores here; a program changes some} */
    StoreOptions options();

    /** {@return the store, opened} */
    LogStructuredStore open(StoreOptions options) throws IOException;

    /** {@return whether the machine can be stopped} */
    boolean canCrash();

    /** Stops the machine under what is open. */
    void crash() throws IOException;

    /** {@return after what time what does not end is taken to hang} */
    Duration patience();
}

package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.StoreOptions;
import java.io.IOException;

/** Opens the store of the demo, in both processes with the same options. */
final class Stores {
    private Stores() {}

    static LogStructuredStore open(LoadPlan plan, OpenMode mode) throws IOException {
        StoreOptions.Builder options = StoreOptions.builder().openMode(mode);
        plan.provider().ifPresent(options::provider);
        return LogStructuredStore.open(plan.store(), options.build());
    }
}

package io.lss.it.guide;

import io.lss.api.LogStructuredStore;
import io.lss.jmx.StoreBean;
import io.lss.micrometer.StoreMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Stores that are looked at. */
final class Observed {

    private Observed() {}

    static void withBean(Path directory) throws IOException {
        try (var store = LogStructuredStore.open(directory);
                var bean = StoreBean.register(store, "journal")) {
            store.awaitStable(store.append(new byte[100]));
            System.out.println(bean.name()); // io.lss:type=Store,name="journal"
        }
    }

    static double withMeters(Path directory, MeterRegistry registry) throws IOException {
        try (var store = LogStructuredStore.open(directory);
                var metrics = new StoreMetrics(store, "journal", List.of())) {
            metrics.bindTo(registry);
            store.awaitStable(store.append(new byte[100]));
            return registry.get("lss.payload").tag("store", "journal").functionCounter().count();
        }
    }
}

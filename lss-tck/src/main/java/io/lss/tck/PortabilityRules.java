package io.lss.tck;

import static io.lss.tck.Rule.S20;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** S20: providers that serve the same location serve the same store. */
abstract class PortabilityRules extends ProcessRules {

    @Test
    void s20_aStoreGoesFromProviderToProvider() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> published = new ArrayList<>(Stage.appendMixed(store, 40, 1));
        store.setRoot(new byte[] {1, 2, 3});
        store.close();
        stage.forget();
        List<String> others = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(other -> !other.name().equals(deviceProvider().name()))
                .filter(other -> other.probe(stage.site().location()).available())
                .map(DeviceProvider::name)
                .toList();
        if (others.isEmpty()) {
            Assumptions.abort("not tried: no other provider on the path serves " + stage.site().location());
        }
        long seed = 2;
        for (String other : others) {
            StoreOptions options = StoreOptions.builder()
                    .provider(other)
                    .bufferSize(buffer())
                    .buffers(BUFFERS)
                    .segmentSize(segment())
                    .build();
            for (int i = 0; i < 2; i++) {
                boolean there = i == 0;
                LogStructuredStore opened = Broken.ifThrown(
                        S20, "opening with provider " + (there ? other : deviceProvider().name()), () -> there ? stage.open(options) : stage.store());
                List<Found> found = Broken.ifThrown(S20, "a scan with provider " + opened.provider(), () -> Stage.scan(opened));
                Broken.unless(found.equals(published), S20, "provider %s finds %d records of %d, or other bytes", opened.provider(), found.size(),
                        published.size());
                Broken.unless(opened.root().length == 3, S20, "provider %s does not find the root", opened.provider());
                published.addAll(Stage.appendMixed(opened, 40, seed++));
                opened.close();
                stage.forget();
            }
        }
        tried(2L * others.size());
    }
}

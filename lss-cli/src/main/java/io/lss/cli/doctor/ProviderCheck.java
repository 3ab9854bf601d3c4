package io.lss.cli.doctor;

import io.lss.cli.Explanation;
import io.lss.cli.text.Quantity;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Each storage provider: whether it works at the location, and what it would use; or why not, and what to type. */
final class ProviderCheck {

    private final Place place;

    ProviderCheck(Place place) {
        this.place = place;
    }

    /** {@return all that are installed, the most preferred first} */
    static List<DeviceProvider> installed() {
        List<DeviceProvider> found = new ArrayList<>();
        try {
            ServiceLoader.load(DeviceProvider.class).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException("a storage provider cannot be loaded: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparingInt(DeviceProvider::preference).reversed().thenComparing(DeviceProvider::name));
        return found;
    }

    /** {@return whether the provider works at the location} */
    boolean tell(DeviceProvider provider, Chart chart) {
        Probe probe = provider.probe(place.path().toUri());
        chart.begin("provider", "provider " + provider.name());
        chart.tell("provider", provider.name(), "", "");
        chart.tell("available", probe.available(), "", "");
        chart.tell("detail", probe.available() ? "available" : "NOT AVAILABLE", probe.detail());
        if (!probe.remedy().isEmpty()) {
            chart.tell("remedy", "what to do", probe.remedy());
        }
        if (probe.available()) {
            trial(provider, chart);
        }
        chart.end();
        return probe.available();
    }

    private void trial(DeviceProvider provider, Chart chart) {
        // Beside a store, not in it; a file that is made in a store's directory would be one of its leftovers.
        Path directory = place.nearestDirectory();
        if (place.holdsStore() && directory != null) {
            directory = directory.getParent();
        }
        if (directory == null || !Files.isWritable(directory)) {
            chart.tell("tried", false, "tried", "not: no permission to write to " + directory + ", where a file would have to be made for it");
            return;
        }
        try {
            Traits traits = Trial.in(directory, provider);
            chart.tell("tried", true, "", "");
            chart.tell("uses", "uses", traits.description());
            chart.tell("blockSize", traits.blockSize(), "block size", Quantity.count(traits.blockSize(), "byte") + ", memory aligned to "
                    + traits.memoryAlignment());
            chart.tell("memoryAlignment", traits.memoryAlignment(), "", "");
            chart.tell("depth", traits.depth(), "depth", Quantity.count(traits.depth(), "write") + " in flight worth having");
            chart.tell("volatile", traits.volatileMedium(), "medium", traits.volatileMedium()
                    ? "FORGETS everything when the machine stops"
                    : "keeps what was synced when the machine stops, unless the disk lies about it");
        } catch (IOException | RuntimeException e) {
            chart.tell("tried", false, "", "");
            chart.tell("failure", "FAILS", Explanation.of(e) + " (tried in " + directory + ")");
        }
    }
}

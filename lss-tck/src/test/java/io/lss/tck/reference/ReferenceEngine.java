package io.lss.tck.reference;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.api.OpenMode;
import io.lss.api.StoreException;
import io.lss.api.StoreOptions;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.store.StoreEngine;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * A store engine of quite another make than the one of LSS, for the kit's own tests: one lock, one flush at a time, an index of all records
 * in memory, a format of its own. Correct, unless it is made with defects.
 */
public final class ReferenceEngine implements StoreEngine {

    private final Set<Defect> defects = EnumSet.noneOf(Defect.class);

    /** A correct engine; for the service loader too. */
    public ReferenceEngine() {}

    /** An engine with defects. */
    public ReferenceEngine(Defect... defects) {
        this.defects.addAll(Arrays.asList(defects));
    }

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int preference() {
        return -1000;
    }

    @Override
    public LogStructuredStore open(URI location, StoreOptions options) throws IOException {
        Map<String, String> rejected = new TreeMap<>();
        DeviceProvider provider = select(location, options, rejected);
        Device device = provider.open(
                location,
                new DeviceOptions(
                        options.openMode() != OpenMode.OPEN_EXISTING,
                        options.openMode() == OpenMode.CREATE_NEW,
                        options.durability(),
                        options.bufferSize(),
                        options.buffers(),
                        options.providerProperties()));
        try {
            ReferenceStore store = new ReferenceStore(
                    new StoreBase.Setting(location, options, provider.name(), rejected, device, Set.copyOf(defects)));
            store.start();
            return store;
        } catch (StoreException e) {
            closeAfter(device, e);
            throw e.at(location);
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(device, e);
            throw e;
        }
    }

    private static void closeAfter(Device device, Throwable failure) {
        try {
            device.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static DeviceProvider select(URI location, StoreOptions options, Map<String, String> rejected) throws NoProviderException {
        List<DeviceProvider> found = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(DeviceProvider::preference).reversed().thenComparing(DeviceProvider::name))
                .toList();
        String wanted = options.provider().orElse(null);
        for (DeviceProvider each : found) {
            if (wanted == null || wanted.equals(each.name())) {
                Probe probe = each.probe(location);
                if (probe.available()) {
                    return each;
                }
                rejected.put(each.name(), probe.explanation());
            }
        }
        throw new NoProviderException(
                wanted == null
                        ? "no provider can serve " + location
                        : "the provider " + wanted + " cannot serve " + location + "; there are "
                                + found.stream().map(DeviceProvider::name).toList(),
                rejected);
    }
}

package io.lss.core;

import io.lss.api.NoProviderException;
import io.lss.api.StoreOptions;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which provider serves a location: the one named in the options; else the one named by the system property
 * {@value #PROPERTY}; else the one with the highest preference whose probe of this very location succeeds.
 *
 * @param provider the chosen one
 * @param rejected why others that are preferred were not taken: name to reason
 */
public record ProviderSelection(DeviceProvider provider, Map<String, String> rejected) {

    /** Names a provider for every store that does not name one itself. */
    static final String PROPERTY = "io.lss.provider";

    private static final System.Logger LOG = System.getLogger("io.lss");

    /**
     * {@return the provider that serves a location}
     *
     * @param location where
     * @param options how the store is going to be opened
     * @throws NoProviderException if there is none
     */
    public static ProviderSelection select(URI location, StoreOptions options) throws NoProviderException {
        Map<String, String> broken = new TreeMap<>();
        List<DeviceProvider> found = find(broken);
        Optional<String> named = options.provider()
                .or(() -> Optional.ofNullable(System.getProperty(PROPERTY)).filter(name -> !name.isBlank()));
        return named.isPresent()
                ? byName(named.get(), options.provider().isPresent(), location, found, broken)
                : best(location, found, broken);
    }

    /** Puts the choice on record, once: the provider, what it uses here, and why others were not taken. */
    void log(URI location, Device device) {
        LOG.log(
                System.Logger.Level.INFO,
                "LSS store at {0}: provider {1} ({2}){3}",
                location,
                provider().name(),
                device.traits().description(),
                rejected().isEmpty() ? "" : ", not taken: " + rejected());
    }

    private static ProviderSelection byName(
            String name, boolean inOptions, URI location, List<DeviceProvider> found, Map<String, String> broken)
            throws NoProviderException {
        String where = inOptions ? "asked for in the options" : "asked for by the system property " + PROPERTY;
        for (DeviceProvider provider : found) {
            if (provider.name().equals(name)) {
                Probe probe = provider.probe(location);
                if (!probe.available()) {
                    throw new NoProviderException(
                            "the provider " + name + ", " + where + ", cannot serve " + location,
                            Map.of(name, probe.explanation()));
                }
                return new ProviderSelection(provider, Map.copyOf(broken));
            }
        }
        String known = found.stream().map(DeviceProvider::name).collect(Collectors.joining(", "));
        throw new NoProviderException(
                "no provider is named " + name + ", " + where + "; there " + (known.isEmpty() ? "is none: put one on the "
                        + "module path or class path" : "are: " + known),
                broken);
    }

    private static ProviderSelection best(URI location, List<DeviceProvider> found, Map<String, String> broken)
            throws NoProviderException {
        Map<String, String> rejected = new LinkedHashMap<>(broken);
        for (DeviceProvider provider : found) {
            Probe probe = provider.probe(location);
            if (probe.available()) {
                return new ProviderSelection(provider, Map.copyOf(rejected));
            }
            rejected.put(provider.name(), probe.explanation());
        }
        throw new NoProviderException(
                found.isEmpty()
                        ? "no storage provider found: put one on the module path or class path, for example lss-fallback-filechannel"
                        : "no provider can serve " + location,
                rejected);
    }

    /** {@return the names of all providers that can serve a location, the most preferred first} */
    static List<String> serving(URI location) {
        return find(new TreeMap<>()).stream()
                .filter(provider -> provider.probe(location).available())
                .map(DeviceProvider::name)
                .toList();
    }

    /**
     * {@return every provider that can be constructed, the most preferred first}
     *
     * @param broken told those that cannot be, name to reason
     */
    public static List<DeviceProvider> find(Map<String, String> broken) {
        Map<String, DeviceProvider> byClass = new LinkedHashMap<>();
        for (ServiceLoader<DeviceProvider> loader : List.of(
                ServiceLoader.load(DeviceProvider.class),
                ServiceLoader.load(DeviceProvider.class, ProviderSelection.class.getClassLoader()))) {
            var each = loader.stream().iterator();
            boolean more = true;
            while (more) {
                try {
                    more = each.hasNext();
                    if (more) {
                        var candidate = each.next();
                        String key = candidate.type().getName();
                        if (!byClass.containsKey(key)) {
                            byClass.put(key, candidate.get());
                        }
                    }
                } catch (ServiceConfigurationError e) {
                    broken.put("(a provider that cannot be loaded)", String.valueOf(e.getMessage()));
                }
            }
        }
        List<DeviceProvider> found = new ArrayList<>(byClass.values());
        found.sort(Comparator.comparingInt(DeviceProvider::preference).reversed().thenComparing(DeviceProvider::name));
        return found;
    }
}

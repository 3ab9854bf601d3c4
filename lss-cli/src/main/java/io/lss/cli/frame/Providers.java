package io.lss.cli.frame;

import io.lss.spi.flush.DeviceProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The storage providers that are installed. */
public final class Providers {

    private Providers() {}

    /** {@return all of them, the most preferred first} */
    public static List<DeviceProvider> installed() {
        List<DeviceProvider> found = new ArrayList<>();
        try {
            ServiceLoader.load(DeviceProvider.class).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException("a storage provider cannot be loaded: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparingInt(DeviceProvider::preference).reversed().thenComparing(DeviceProvider::name));
        return found;
    }
}

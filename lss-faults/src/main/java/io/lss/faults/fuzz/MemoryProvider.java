package io.lss.faults.fuzz;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.net.URI;

/** Serves the medium that the calling thread has put there, at one location. */
public final class MemoryProvider implements DeviceProvider {

    /** The name of the provider, and the scheme of its location. */
    static final String NAME = "fuzzmemory";

    static final URI LOCATION = URI.create(NAME + ":it");

    private static final ThreadLocal<MemoryMedium> MEDIUM = new ThreadLocal<>();

    /** Made by {@link java.util.ServiceLoader}. */
    public MemoryProvider() {}

    static void put(MemoryMedium medium) {
        MEDIUM.set(medium);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return -2000;
    }

    @Override
    public Probe probe(URI location) {
        return location.equals(LOCATION) && MEDIUM.get() != null
                ? Probe.available("byte arrays")
                : Probe.unavailable("it serves " + LOCATION + " only, for the fault harness", "");
    }

    @Override
    public Device open(URI location, DeviceOptions options) {
        return new MemoryDevice(MEDIUM.get());
    }
}

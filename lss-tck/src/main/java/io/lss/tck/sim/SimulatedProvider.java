package io.lss.tck.sim;

import io.lss.api.StoreLocationException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Serves the media that a test has registered, under locations like {@code sim:42}, and nothing else. Safe for use by
 * many threads.
 */
public final class SimulatedProvider implements DeviceProvider {

    private static final String SCHEME = "sim";
    private static final String REMEDY = "use the location that SimulatedProvider.register returned";
    private static final Map<URI, SimulatedMedium> MEDIA = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong(1);

    /** Made by {@link java.util.ServiceLoader}. */
    public SimulatedProvider() {}

    /**
     * Makes a medium available to {@link io.lss.api.LogStructuredStore#open(URI, io.lss.api.StoreOptions)}, until it is
     * unregistered.
     *
     * @param medium the medium
     * @return its location, never given out before in this process
     */
    public static URI register(SimulatedMedium medium) {
        URI location = URI.create(SCHEME + ":" + NEXT.getAndIncrement());
        MEDIA.put(location, medium);
        return location;
    }

    /**
     * Puts another medium at a location, as a crash does: {@code replace(at, medium.crash(seed))}.
     *
     * @param location one that {@link #register} returned
     * @param medium the medium that is found there from now on
     * @throws IllegalArgumentException if nothing is registered there
     */
    public static void replace(URI location, SimulatedMedium medium) {
        if (MEDIA.replace(location, medium) == null) {
            throw new IllegalArgumentException("nothing is registered at " + location);
        }
    }

    /**
     * Makes a location unavailable; a device that is open on its medium goes on. Does nothing if there is nothing.
     *
     * @param location where
     */
    public static void unregister(URI location) {
        MEDIA.remove(location);
    }

    @Override
    public String name() {
        return SCHEME;
    }

    /** {@return less than that of any provider for real use} */
    @Override
    public int preference() {
        return -1000;
    }

    @Override
    public Probe probe(URI location) {
        @Nullable SimulatedMedium medium = MEDIA.get(location);
        if (medium != null) {
            return Probe.available("a simulated medium in memory, for tests");
        }
        return SCHEME.equalsIgnoreCase(location.getScheme())
                ? Probe.unavailable("no medium is registered at " + location, REMEDY)
                : Probe.unavailable("it serves sim: locations only, for tests", "");
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        @Nullable SimulatedMedium medium = MEDIA.get(location);
        if (medium == null) {
            throw new StoreLocationException("no simulated medium is registered at " + location + ": " + REMEDY);
        }
        return medium.open(options);
    }
}

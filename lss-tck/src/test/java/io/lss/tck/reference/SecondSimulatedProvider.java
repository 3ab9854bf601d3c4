package io.lss.tck.reference;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Segment;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;

/** Serves the same media as the simulated provider, under another name: for S20. Can be made to give other bytes than were written through the first. */
public final class SecondSimulatedProvider implements DeviceProvider {

    private static volatile boolean scrambles;

    private final SimulatedProvider first = new SimulatedProvider();

    /** For the service loader. */
    public SecondSimulatedProvider() {}

    /** Says whether reads through this provider give other bytes. */
    public static void scrambles(boolean value) {
        scrambles = value;
    }

    @Override
    public String name() {
        return "sim2";
    }

    @Override
    public int preference() {
        return first.preference() - 1;
    }

    @Override
    public Probe probe(URI location) {
        return first.probe(location);
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        Device device = first.open(location, options);
        return scrambles ? proxy(Device.class, device) : device;
    }

    private static <T> T proxy(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
            try {
                Object came = method.invoke(target, arguments);
                if (method.getName().equals("read")) {
                    scramble((MemorySegment) arguments[0]);
                }
                return came instanceof Segment segment ? proxy(Segment.class, segment) : came;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static void scramble(MemorySegment read) {
        if (read.byteSize() > 0) {
            long last = read.byteSize() - 1;
            read.set(ValueLayout.JAVA_BYTE, last, (byte) (read.get(ValueLayout.JAVA_BYTE, last) + 1));
        }
    }
}

package io.lss.tck;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;

/** What all rules for devices have in common: a device on a site, driven by the test as an engine drives it. */
abstract class DeviceRules extends StoreContract {

    private final List<Device> devices = new ArrayList<>();

    /** Of each contract class, what its provider's devices say. */
    private static final Map<Class<?>, Integer> BLOCK_SIZES = new ConcurrentHashMap<>();

    abstract DeviceProvider deviceProvider();

    abstract Map<String, String> deviceProperties();

    /** {@return what a device of the provider says} One that cannot be opened is for the tests to report. */
    @Override
    protected int blockSize() {
        return BLOCK_SIZES.computeIfAbsent(getClass(), _ -> {
            var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, BUFFERS, deviceProperties());
            try (Site site = newSite();
                    Device device = deviceProvider().open(site.location(), options)) {
                return device.traits().blockSize();
            } catch (IOException e) {
                return LEAST_BLOCK;
            }
        });
    }

    /** {@return options to open or create a device with} */
    final DeviceOptions deviceOptions() {
        return new DeviceOptions(true, false, Durability.SYNC, buffer(), BUFFERS, deviceProperties());
    }

    /** {@return the device on a site, opened} */
    final Device openDevice(Site site) throws IOException {
        Device device = deviceProvider().open(site.location(), deviceOptions());
        devices.add(device);
        describe(device.traits().description());
        return device;
    }

    /** Closes what a test has left, once more if it closed it; what has crashed may say so. */
    @AfterEach
    final void closeDevices() {
        List<Device> left = List.copyOf(devices);
        devices.clear();
        if (hangs()) {
            return;
        }
        for (Device each : left) {
            closeQuietly(each);
        }
    }

    /** Closes a device that may be dead. */
    static void closeQuietly(Device device) {
        try {
            device.close();
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("a failure without a word", e);
            }
        }
    }

    /** {@return memory of the device's, with content of its own} */
    static MemorySegment filled(Device device, int bytes, long seed) throws IOException {
        return fill(device.allocate(bytes), seed);
    }

    /** {@return the memory, with content of its own} */
    static MemorySegment fill(MemorySegment memory, long seed) {
        var random = new SplittableRandom(seed);
        for (long at = 0; at < memory.byteSize(); at += 8) {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, random.nextLong());
        }
        return memory;
    }

    /** {@return what a read of a segment gives} */
    static byte[] read(Segment segment, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        long read = segment.read(MemorySegment.ofArray(bytes), position);
        return read == length ? bytes : java.util.Arrays.copyOf(bytes, (int) Math.max(0, read));
    }

    /** {@return whether a segment has at a position what {@link #fill} made of a seed} */
    static boolean holds(Segment segment, long position, int length, long seed) throws IOException {
        MemorySegment found = MemorySegment.ofArray(read(segment, position, length));
        return found.mismatch(fill(MemorySegment.ofArray(new byte[length]), seed)) < 0;
    }

    /** {@return a segment that has been written from its begin with blocks of one buffer each, seeds counting from a number} */
    final Segment written(Device device, long number, int buffers, long seed) throws IOException {
        Segment segment = device.create(number, segment());
        for (int i = 0; i < buffers; i++) {
            Outcome.write(device, segment, filled(device, buffer(), seed + i), (long) i * buffer(), true).await();
        }
        return segment;
    }
}

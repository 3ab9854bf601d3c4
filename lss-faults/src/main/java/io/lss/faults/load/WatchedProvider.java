package io.lss.faults.load;

import io.lss.faults.load.Moment.Operation;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Another provider's devices, with a {@link Watcher} that sees every operation come and go, and may do harm there: exactly at an
 * operation, not where a parent happens to be scheduled.
 */
public final class WatchedProvider implements DeviceProvider {

    /** Its name. */
    public static final String NAME = "watched";

    /** The property that names the provider whose devices these are. */
    public static final String OF = "watched.of";

    /** The property that names the watcher. */
    public static final String BY = "watched.by";

    /** For the service loader. */
    public WatchedProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    /** Never taken unless it is asked for by name. */
    @Override
    public int preference() {
        return Integer.MIN_VALUE;
    }

    @Override
    public Probe probe(URI location) {
        return Probe.available("for tests");
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        Map<String, String> properties = new HashMap<>(options.properties());
        String of = String.valueOf(properties.remove(OF));
        Watcher watcher = Watchers.named(String.valueOf(properties.remove(BY)));
        DeviceProvider provider = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(of))
                .findFirst()
                .orElseThrow(() -> new IOException("no provider " + of));
        DeviceOptions theirs = new DeviceOptions(
                options.create(), options.mustCreate(), options.durability(), options.bufferBytes(), options.buffers(),
                properties);
        return new WatchedDevice(provider.open(location, theirs), watcher);
    }

    private interface Body<T> {
        T run() throws IOException;
    }

    private static <T> T within(Watcher watcher, Operation operation, Body<T> body) throws IOException {
        Watcher.Watch watch = watcher.begins(operation);
        watch.mayBegin();
        watch.isUnderWay();
        T result = body.run();
        watch.hasEnded();
        return result;
    }

    private record WatchedSegment(Segment of, Watcher watcher) implements Segment {

        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            Watcher.Watch watch = watcher.begins(Operation.WRITE);
            of.write(src, position, durable, watched(watch, completion));
            watch.isUnderWay();
        }

        @Override
        public void sync(Completion completion) {
            Watcher.Watch watch = watcher.begins(Operation.SYNC);
            of.sync(watched(watch, completion));
            watch.isUnderWay();
        }

        @Override
        public boolean startRead(MemorySegment dst, long position, Completion completion) {
            return of.startRead(dst, position, completion);
        }

        private static Completion watched(Watcher.Watch watch, Completion completion) {
            return (bytes, failure) -> {
                IOException told = failure;
                try {
                    watch.hasEnded();
                } catch (IOException e) {
                    told = failure == null ? e : failure;
                }
                completion.done(told == null ? bytes : 0, told);
            };
        }

        @Override
        public long read(MemorySegment dst, long position) throws IOException {
            return within(watcher, Operation.ANY, () -> of.read(dst, position));
        }

        @Override
        public void finish(long end) throws IOException {
            within(watcher, Operation.FINISH, () -> {
                of.finish(end);
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            of.close();
        }
    }

    private record WatchedDevice(Device of, Watcher watcher) implements Device {

        @Override
        public Traits traits() {
            return of.traits();
        }

        @Override
        public MemorySegment allocate(long bytes) throws IOException {
            return of.allocate(bytes);
        }

        @Override
        public Optional<byte[]> readRoot(int copy) throws IOException {
            return within(watcher, Operation.ANY, () -> of.readRoot(copy));
        }

        @Override
        public void writeRoot(int copy, byte[] image) throws IOException {
            within(watcher, Operation.ROOT, () -> {
                of.writeRoot(copy, image);
                return true;
            });
        }

        @Override
        public long[] segments() throws IOException {
            return of.segments();
        }

        @Override
        public Segment create(long number, long bytes) throws IOException {
            return new WatchedSegment(within(watcher, Operation.CREATE, () -> of.create(number, bytes)), watcher);
        }

        @Override
        public void prepare(long number, long bytes) {
            of.prepare(number, bytes);
        }

        @Override
        public Segment open(long number) throws IOException {
            return new WatchedSegment(within(watcher, Operation.ANY, () -> of.open(number)), watcher);
        }

        @Override
        public void delete(long number) throws IOException {
            within(watcher, Operation.DELETE, () -> {
                of.delete(number);
                return true;
            });
        }

        @Override
        public void submit() {
            of.submit();
        }

        @Override
        public int drive(long nanos) {
            return of.drive(nanos);
        }

        @Override
        public void wakeup() {
            of.wakeup();
        }

        @Override
        public void readAll(List<ReadRequest> batch) {
            for (ReadRequest each : batch) { // one by one: the device knows its own segments only
                try {
                    each.complete(each.segment().read(each.dst(), each.position()), null);
                } catch (IOException e) {
                    each.complete(0, e);
                }
            }
        }

        @Override
        public long nanoTime() {
            return of.nanoTime();
        }

        @Override
        public void close() throws IOException {
            of.close();
        }
    }
}

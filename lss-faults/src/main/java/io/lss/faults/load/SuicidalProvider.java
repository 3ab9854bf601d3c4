package io.lss.faults.load;

import io.lss.faults.load.Moment.Operation;
import io.lss.faults.load.Moment.Phase;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Another provider's devices, in a process that kills itself at a chosen {@link Moment}: exactly there, not where a parent happens to be
 * scheduled. The signal is SIGKILL: nothing is flushed, no hook runs.
 */
public final class SuicidalProvider implements DeviceProvider {

    static final String NAME = "suicidal";

    /** The property that names the provider whose devices these are. */
    static final String OF = "suicidal.of";

    /** The property that says when. */
    static final String AT = "suicidal.at";

    /** For the service loader. */
    public SuicidalProvider() {}

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
        Moment moment = Moment.parse(String.valueOf(properties.remove(AT)));
        DeviceProvider provider = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(of))
                .findFirst()
                .orElseThrow(() -> new IOException("no provider " + of));
        DeviceOptions theirs = new DeviceOptions(
                options.create(), options.mustCreate(), options.durability(), options.bufferBytes(), options.buffers(), properties);
        return new SuicidalDevice(provider.open(location, theirs), new Clock(moment));
    }

    /** Counts operations and strikes. */
    @SuppressWarnings("restricted") // a call of the C library
    private static final class Clock {

        private static final int SIGKILL = 9;
        private static final int MOST_NANOS_WITHIN = 300_000;

        private final Moment moment;
        private final AtomicInteger count = new AtomicInteger();
        private final MethodHandle kill;

        Clock(Moment moment) {
            this.moment = moment;
            Linker linker = Linker.nativeLinker();
            this.kill = linker.downcallHandle(
                    linker.defaultLookup().find("kill").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        }

        /** An operation is about to begin. {@return whether it is the one} */
        boolean begins(Operation operation) {
            if (moment.operation() != operation && moment.operation() != Operation.ANY) {
                return false;
            }
            boolean isIt = count.incrementAndGet() == moment.count();
            if (isIt && moment.phase() == Phase.BEFORE) {
                die();
            }
            return isIt;
        }

        /** The operation was handed to the device, or is about to be by this thread. */
        void goesOn(boolean isIt) {
            if (isIt && moment.phase() == Phase.WITHIN) {
                long at = System.nanoTime() + ThreadLocalRandom.current().nextLong(MOST_NANOS_WITHIN);
                Thread.ofPlatform().daemon().start(() -> {
                    while (System.nanoTime() < at) {
                        Thread.onSpinWait();
                    }
                    die();
                });
            }
        }

        void ended(boolean isIt) {
            if (isIt && moment.phase() == Phase.AFTER) {
                die();
            }
        }

        private void die() {
            try {
                int status = (int) kill.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
                throw new IllegalStateException("kill returned " + status);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private interface Body<T> {
            T run() throws IOException;
        }

        <T> T within(Operation operation, Body<T> body) throws IOException {
            boolean isIt = begins(operation);
            goesOn(isIt);
            T result = body.run();
            ended(isIt);
            return result;
        }
    }

    private record SuicidalSegment(Segment of, Clock clock) implements Segment {

        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            boolean isIt = clock.begins(Operation.WRITE);
            of.write(src, position, durable, watched(isIt, completion));
            clock.goesOn(isIt);
        }

        @Override
        public void sync(Completion completion) {
            boolean isIt = clock.begins(Operation.SYNC);
            of.sync(watched(isIt, completion));
            clock.goesOn(isIt);
        }

        private Completion watched(boolean isIt, Completion completion) {
            if (!isIt) {
                return completion;
            }
            return (bytes, failure) -> {
                clock.ended(true);
                completion.done(bytes, failure);
            };
        }

        @Override
        public long read(MemorySegment dst, long position) throws IOException {
            return clock.within(Operation.ANY, () -> of.read(dst, position));
        }

        @Override
        public void finish(long end) throws IOException {
            clock.within(Operation.FINISH, () -> {
                of.finish(end);
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            of.close();
        }
    }

    private record SuicidalDevice(Device of, Clock clock) implements Device {

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
            return clock.within(Operation.ANY, () -> of.readRoot(copy));
        }

        @Override
        public void writeRoot(int copy, byte[] image) throws IOException {
            clock.within(Operation.ROOT, () -> {
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
            return new SuicidalSegment(clock.within(Operation.CREATE, () -> of.create(number, bytes)), clock);
        }

        @Override
        public void prepare(long number, long bytes) {
            of.prepare(number, bytes);
        }

        @Override
        public Segment open(long number) throws IOException {
            return new SuicidalSegment(clock.within(Operation.ANY, () -> of.open(number)), clock);
        }

        @Override
        public void delete(long number) throws IOException {
            clock.within(Operation.DELETE, () -> {
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

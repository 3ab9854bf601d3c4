package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.Durability;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Opening devices, and waiting for what they do, in tests. */
final class Devices {

    static final int BUFFER = 64 << 10;
    static final long SEGMENT = 1 << 20;

    private Devices() {}

    /** {@return options to open or create with; properties as key, value, key, value} */
    static DeviceOptions options(String... properties) {
        var map = new java.util.HashMap<String, String>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put(properties[i], properties[i + 1]);
        }
        return new DeviceOptions(true, false, Durability.SYNC, BUFFER, 4, Map.copyOf(map));
    }

    static Device open(Path directory, String... properties) throws IOException {
        return new FileChannelDeviceProvider().open(directory.toUri(), options(properties));
    }

    /** A completion that can be waited for, and fails the test if it is told twice. */
    static final class Outcome implements Completion {

        private final CompletableFuture<Long> future = new CompletableFuture<>();
        private volatile boolean twice;

        @Override
        public void done(long bytes, IOException failure) {
            boolean first = failure == null ? future.complete(bytes) : future.completeExceptionally(failure);
            twice |= !first;
        }

        boolean isDone() {
            return future.isDone();
        }

        /** {@return the bytes, once it has ended} */
        long await() throws IOException {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw (IOException) e.getCause();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                assertEquals(false, twice, "completed twice");
            }
        }
    }

    static Outcome write(Segment segment, MemorySegment src, long position, boolean durable) {
        Outcome outcome = new Outcome();
        segment.write(src, position, durable, outcome);
        return outcome;
    }

    static Outcome sync(Segment segment) {
        Outcome outcome = new Outcome();
        segment.sync(outcome);
        return outcome;
    }

    /** Fills memory with what {@link #byteAt} says of its place in the segment. */
    static MemorySegment pattern(MemorySegment memory, long position) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, byteAt(position + i));
        }
        return memory;
    }

    static byte byteAt(long position) {
        return (byte) (position * 31 + (position >> 12) * 7 + 1);
    }

    static void assertPattern(MemorySegment memory, long position) {
        for (long i = 0; i < memory.byteSize(); i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != byteAt(position + i)) {
                throw new AssertionError("wrong byte at position " + (position + i));
            }
        }
    }
}

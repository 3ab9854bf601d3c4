package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An append allocates nothing once it is warm, measured by the JVM's count for the appending thread, in JVMs of their own: as
 * usual, without escape analysis, and without any compiler, so that nothing depends on what an optimizer finds out.
 *
 * <p>Within one flush buffer the count must not move by a byte. Across buffers the appending thread hands a full buffer to the
 * device now and then, which may cost a little for each buffer, never for each record.
 */
@Timeout(180)
class AllocationTest {

    private static final int LENGTH = 24;

    private static final int ROUNDS = 3;

    /** A way to append. */
    private enum Form {
        BYTES,
        HEAP_SEGMENT,
        NATIVE_SEGMENT,
        HEAP_BUFFER,
        DIRECT_BUFFER,
        RESERVATION_USED_AGAIN
    }

    @TempDir(factory = RealStore.InMemory.class)
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"-Xshare:auto", "-XX:-DoEscapeAnalysis", "-Xint"})
    void anAppendAllocatesNothingOnceWarm(String flag) throws Exception {
        Map<String, String> results = new TreeMap<>();
        boolean interpreted = flag.equals("-Xint");
        int records = interpreted ? 30_000 : 1_000_000;
        int buffer = interpreted ? 256 << 10 : 1 << 20;
        try (ChildJvm child = ChildJvm.run(
                List.of(flag, "-XX:+UseSerialGC"), Measured.class, temp.resolve("store").toString(), String.valueOf(records), String.valueOf(buffer))) {
            for (String line = child.line(); !line.equals("end"); line = child.line()) {
                String[] words = line.split(" ");
                assertEquals(2, words.length, line);
                results.put(words[0], words[1]);
            }
            assertEquals(0, child.exitCode());
        }
        StringBuilder summary = new StringBuilder("allocated by the appending thread, " + flag + ":");
        for (Form form : Form.values()) {
            long within = Long.parseLong(results.get(form + ".within"));
            long across = Long.parseLong(results.get(form + ".across"));
            long buffers = Long.parseLong(results.get(form + ".buffers"));
            summary.append(String.format(
                    "%n  %-22s %d bytes in %s records within a buffer, %d bytes in %d records across %d buffers (%.4f a record, %d a buffer)",
                    form,
                    within,
                    results.get(form + ".records"),
                    across,
                    records,
                    buffers,
                    (double) across / records,
                    across / buffers));
        }
        System.out.println(summary);
        for (Form form : Form.values()) {
            long each = form == Form.RESERVATION_USED_AGAIN ? 200 : 0; // the slice that payload() gives
            long within = Long.parseLong(results.get(form + ".within"));
            long count = Long.parseLong(results.get(form + ".records"));
            assertTrue(count > 3_000, form + ": " + count);
            if (each == 0) {
                assertEquals(0, within, form + " within a buffer, " + flag);
                long buffers = Long.parseLong(results.get(form + ".buffers"));
                long across = Long.parseLong(results.get(form + ".across"));
                assertTrue(buffers >= 4, form + ": " + buffers + " buffers");
                assertTrue(across <= buffers * 4_096, form + ": " + across + " bytes for " + buffers + " buffers");
            } else {
                assertTrue(within <= count * each, form + ": " + within + " bytes for " + count + " records");
            }
        }
    }

    /** The child: prints what was allocated. */
    static final class Measured {

        private final LogStructuredStore store;
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long self = Thread.currentThread().threadId();
        private final byte[] bytes = new byte[LENGTH];
        private final MemorySegment heapSegment = MemorySegment.ofArray(bytes);
        private final MemorySegment nativeSegment = Arena.global().allocate(LENGTH);
        private final ByteBuffer heapBuffer = ByteBuffer.allocate(LENGTH);
        private final ByteBuffer directBuffer = ByteBuffer.allocateDirect(LENGTH);
        private Reservation reservation;

        private final int bufferSize;

        private Measured(LogStructuredStore store, int bufferSize) throws IOException {
            this.store = store;
            this.bufferSize = bufferSize;
            this.reservation = store.reserve(LENGTH);
            this.reservation.abort();
        }

        /** Measures every form; given are the directory, the number of records and the length of a buffer. */
        public static void main(String[] arguments) throws IOException {
            StoreOptions options = StoreOptions.builder()
                    .provider("filechannel")
                    .providerProperty("preallocate", "sparse")
                    .linger(Duration.ZERO)
                    .buffers(16)
                    .bufferSize(Integer.parseInt(arguments[2]))
                    .build();
            try (LogStructuredStore store = LogStructuredStore.open(Path.of(arguments[0]), options)) {
                Measured measured = new Measured(store, options.bufferSize());
                List<String> lines = new ArrayList<>();
                for (Form form : Form.values()) {
                    measured.measure(form, Integer.parseInt(arguments[1]), lines);
                    store.sync();
                    store.trimBefore(store.stableLsn());
                }
                lines.forEach(System.out::println);
                System.out.println("end");
            }
        }

        private void measure(Form form, int records, List<String> lines) throws IOException {
            append(form, records / 4); // warm
            int fitting = bufferSize / 40 / 2;
            // The JVM itself allocates now and then on whatever thread (it links a call site, for one); that does not come again.
            long within = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                within = Math.min(within, withinABuffer(form, fitting));
            }
            long flushes = store.stats().flushes();
            long before = threads.getThreadAllocatedBytes(self);
            append(form, records);
            long across = threads.getThreadAllocatedBytes(self) - before;
            store.sync();
            lines.add(form + ".records " + fitting);
            lines.add(form + ".within " + within);
            lines.add(form + ".across " + across);
            lines.add(form + ".buffers " + Math.max(1, store.stats().flushes() - flushes));
        }

        /** {@return what was allocated while as many were appended as fit a buffer, from its beginning; MAX_VALUE if they did not} */
        private long withinABuffer(Form form, int fitting) throws IOException {
            store.sync();
            append(form, 1);
            long flushes = store.stats().flushes();
            long before = threads.getThreadAllocatedBytes(self);
            append(form, fitting);
            long within = threads.getThreadAllocatedBytes(self) - before;
            // The last buffer of a segment may be short; then more than one was used.
            return store.stats().flushes() == flushes ? within : Long.MAX_VALUE;
        }

        private void append(Form form, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                switch (form) {
                    case BYTES -> store.append(bytes);
                    case HEAP_SEGMENT -> store.append(heapSegment);
                    case NATIVE_SEGMENT -> store.append(nativeSegment);
                    case HEAP_BUFFER -> store.append(heapBuffer.position(0));
                    case DIRECT_BUFFER -> store.append(directBuffer.position(0));
                    case RESERVATION_USED_AGAIN -> {
                        reservation = store.reserve(LENGTH, reservation);
                        reservation.payload().set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) i);
                        reservation.publish();
                    }
                }
            }
        }
    }
}

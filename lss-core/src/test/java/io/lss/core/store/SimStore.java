package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import io.lss.api.StoreOptions;
import io.lss.tck.sim.SimulatedDevice;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/**
 * A store on a simulated medium, and the few moves that tests share. Closing it closes the store and asserts that the engine
 * kept its side of the SPI.
 */
final class SimStore implements AutoCloseable {

    /** A record as a scan finds it. */
    @SuppressWarnings("ArrayRecordComponent") // compared by content below
    record Found(long lsn, byte[] payload) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Found found && found.lsn == lsn && Arrays.equals(found.payload, payload);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(lsn);
        }

        @Override
        public String toString() {
            return payload.length + " bytes at LSN " + lsn;
        }
    }

    /** Something that runs on a thread of its own. */
    record Work<T>(Thread thread, FutureTask<T> task) {

        static <T> Work<T> start(Thread.Builder builder, Callable<T> what) {
            FutureTask<T> task = new FutureTask<>(what);
            return new Work<>(builder.start(task), task);
        }

        static <T> Work<T> start(Callable<T> what) {
            return start(Thread.ofPlatform(), what);
        }

        /** {@return what came of it, once it has ended} */
        T get() throws Exception {
            return task.get();
        }

        /** {@return with what it failed} */
        <X extends Throwable> X failure(Class<X> type) {
            return assertInstanceOf(type, assertThrows(ExecutionException.class, task::get).getCause());
        }
    }

    private final URI location;
    private final StoreOptions options;
    private SimulatedMedium medium;
    private LogStructuredStore store;

    private SimStore(SimulatedMedium medium, StoreOptions options) throws IOException {
        this.medium = medium;
        this.options = options;
        this.location = SimulatedProvider.register(medium);
        this.store = LogStructuredStore.open(location, options);
    }

    static SimStore open(SimulatedSettings.Builder device, StoreOptions.Builder options) throws IOException {
        return new SimStore(SimulatedMedium.blank(device.build()), options.build());
    }

    /** Opens what is on a medium, such as one that a crash has left. */
    static SimStore open(SimulatedMedium medium, StoreOptions.Builder options) throws IOException {
        return new SimStore(medium, options.build());
    }

    LogStructuredStore store() {
        return store;
    }

    SimulatedMedium medium() {
        return medium;
    }

    SimulatedDevice device() {
        return medium.device().orElseThrow();
    }

    URI location() {
        return location;
    }

    StoreOptions options() {
        return options;
    }

    /** Closes the store and opens it again. */
    LogStructuredStore reopen() throws IOException {
        store.close();
        store = LogStructuredStore.open(location, options);
        return store;
    }

    /** Cuts the power, gives the dead store up and opens what is left. */
    LogStructuredStore crashAndReopen(long seed) throws IOException {
        SimulatedMedium left = medium.crash(seed);
        medium.powerOff();
        closeQuietly(store);
        assertEquals(List.of(), medium.violations());
        medium = left;
        SimulatedProvider.replace(location, left);
        store = LogStructuredStore.open(location, options);
        return store;
    }

    /** Closes a store that may have failed. */
    static void closeQuietly(LogStructuredStore store) {
        try {
            store.close();
        } catch (IOException e) {
            // It had failed, or its machine had stopped.
            assertTrue(e instanceof StoreException || e.getMessage() != null, e::toString);
        }
    }

    /** Lets virtual time pass in a caller-driven store, polling two hundred times at least. */
    void pass(Duration time) throws IOException {
        long until = device().elapsedNanos() + time.toNanos();
        long step = Math.max(1_000, time.toNanos() / 200);
        while (device().elapsedNanos() < until) {
            var _ = device().drive(Math.min(step, until - device().elapsedNanos()));
            store.poll();
        }
    }

    /** Polls a caller-driven store until nothing moves any more that polling could move. */
    void settle() throws IOException {
        for (int quiet = 0; quiet < 10; quiet++) {
            long before = device().operations();
            pass(Duration.ofMillis(2));
            if (device().operations() - before > 0 && device().pendingOperations() > device().stuckOperations()) {
                quiet = 0;
            }
        }
    }

    /** Closes the store; one whose operations stick would never end, so a test that has failed stops the machine under it. */
    @Override
    public void close() throws IOException {
        try {
            if (device().stuckOperations() > 0) {
                medium.powerOff();
                closeQuietly(store);
            } else {
                store.close();
            }
            assertEquals(List.of(), medium.violations());
        } finally {
            medium.powerOff();
            SimulatedProvider.unregister(location);
        }
    }

    /** Gives a store up that has failed; asserts that the engine kept its side of the SPI all the same. */
    void discard() {
        closeQuietly(store);
        assertEquals(List.of(), medium.violations());
        SimulatedProvider.unregister(location);
    }

    // ------------------------------------------------------------------------------------------- records

    /** {@return a payload that is nobody else's} */
    static byte[] payload(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed * 31 + length).nextBytes(bytes);
        return bytes;
    }

    /** {@return how many bytes of the log a record takes} */
    static long frame(int length) {
        return (16L + length + 7) & -8L;
    }

    static Found append(LogStructuredStore store, byte[] payload) throws IOException {
        return new Found(store.append(payload), payload);
    }

    /** Appends records of mixed length. */
    static List<Found> appendMixed(LogStructuredStore store, int count, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Found> appended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(10) == 0 ? random.nextInt(1, store.maxRecordLength() + 1) : random.nextInt(1, 600);
            appended.add(append(store, payload(length, seed * 1000 + i)));
        }
        return appended;
    }

    static Found publish(Reservation reservation, byte[] payload) {
        reservation.payload().copyFrom(MemorySegment.ofArray(payload));
        long lsn = reservation.lsn();
        reservation.publish();
        return new Found(lsn, payload);
    }

    /** {@return all that a cursor gives until it has no more} */
    static List<Found> drain(RecordCursor cursor) throws IOException {
        List<Found> found = new ArrayList<>();
        while (cursor.next(Duration.ZERO)) {
            found.add(new Found(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
        }
        return found;
    }

    static List<Found> scan(LogStructuredStore store, long from) throws IOException {
        try (RecordCursor cursor = store.scan(from)) {
            return drain(cursor);
        }
    }

    static List<Found> scan(LogStructuredStore store) throws IOException {
        return scan(store, store.beginLsn());
    }

    static ReadOutcome.Status status(LogStructuredStore store, long lsn) throws IOException {
        return store.read(lsn, MemorySegment.ofArray(new byte[8])).status();
    }

    static void assertReads(LogStructuredStore store, Found expected) throws IOException {
        byte[] bytes = new byte[expected.payload().length];
        ReadOutcome outcome = store.read(expected.lsn(), MemorySegment.ofArray(bytes));
        assertEquals(new ReadOutcome(ReadOutcome.Status.RECORD, bytes.length), outcome);
        assertTrue(Arrays.equals(expected.payload(), bytes), () -> "the payload of " + expected);
    }

    // ------------------------------------------------------------------------------------------- waiting

    /** Waits for what another thread brings about. It is the test's time limit that ends it otherwise. */
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the test was given up while it waited");
            }
            Thread.yield();
        }
    }

    /** Waits until a thread is blocked for good, or has ended. */
    static void untilBlocked(Thread thread) {
        until(() -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> false;
        });
    }
}

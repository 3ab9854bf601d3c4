package io.lss.tck;

import static io.lss.tck.Rule.F1;
import static io.lss.tck.Rule.F13;
import static io.lss.tck.Rule.F2;
import static io.lss.tck.Rule.F4;
import static io.lss.tck.Rule.F5;
import static io.lss.tck.Rule.F8;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** F1, F2, F4, F5, F8, F13: what goes to the device, and what comes back. */
abstract class TransferRules extends DeviceRules {

    @Test
    void f1_aWriteCompletesAtItsFullLengthAndAllOfItIsThere() throws IOException {
        Device device = openDevice(site());
        int block = device.traits().blockSize();
        Segment segment = device.create(1, segment());
        long position = 0;
        int cases = 0;
        for (int length = block; length <= buffer() && position + length <= segment(); length += block) {
            MemorySegment memory = filled(device, length, length);
            long bytes = Outcome.write(device, segment, memory, position, cases % 2 == 0).await();
            Broken.unless(bytes == length, F1, "a write of %d bytes completes with %d", length, bytes);
            Broken.unless(holds(segment, position, length, length), F1, "a write of %d bytes at %d completed, and not all of it is there", length, position);
            position += length;
            cases++;
        }
        segment.close();
        tried(cases);
    }

    @Test
    void f2_everyOperationCompletesOnceAndNoMore() throws IOException {
        Device device = openDevice(site());
        int block = device.traits().blockSize();
        Segment segment = device.create(1, segment());
        int count = (int) Math.min(segment() / block, 64);
        AtomicInteger told = new AtomicInteger();
        AtomicInteger twice = new AtomicInteger();
        MemorySegment memory = filled(device, block, 1);
        for (int round = 0; round < count / BUFFERS; round++) {
            List<AtomicInteger> each = new ArrayList<>();
            for (int i = 0; i < BUFFERS; i++) {
                AtomicInteger mine = new AtomicInteger();
                each.add(mine);
                segment.write(memory, (long) (round * BUFFERS + i) * block, i % 2 == 0, (_, _) -> count(mine, told, twice));
            }
            AtomicInteger synced = new AtomicInteger();
            each.add(synced);
            segment.sync((_, _) -> count(synced, told, twice));
            drive(device, () -> each.stream().allMatch(one -> one.get() > 0));
        }
        Outcome.sync(device, segment).await();
        segment.close();
        device.close();
        int operations = count / BUFFERS * (BUFFERS + 1);
        Broken.unless(twice.get() == 0, F2, "%d operations completed more than once", twice.get());
        Broken.unless(told.get() == operations, F2, "%d completions of %d operations", told.get(), operations);
        tried(operations);
    }

    private static void count(AtomicInteger mine, AtomicInteger all, AtomicInteger twice) {
        all.incrementAndGet();
        if (mine.incrementAndGet() == 2) {
            twice.incrementAndGet();
        }
    }

    /** Drives a device until something has happened; patience ends it otherwise. */
    static void drive(Device device, java.util.function.BooleanSupplier happened) {
        device.submit();
        while (!happened.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("F2: an operation does not complete; the test was given up while it waited");
            }
            if (device.drive(1_000_000) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void f4_aSyncThatFailedIsReportedAsFailed() throws IOException {
        failing(Site.Failing.SYNC);
    }

    @Test
    void f4_aWriteThatFailedIsReportedAsFailed() throws IOException {
        failing(Site.Failing.WRITE);
    }

    private void failing(Site.Failing what) throws IOException {
        Site site = site();
        Device device = openDevice(site);
        needs(site, Capability.FAILURES);
        Segment segment = device.create(1, segment());
        MemorySegment memory = filled(device, buffer(), 1);
        Outcome.write(device, segment, memory, 0, false).await();
        site.failNext(what);
        Broken.unlessThrown(IOException.class, F4, "a " + what + " that the medium failed", () -> what == Site.Failing.WRITE
                ? Outcome.write(device, segment, memory, buffer(), false).await()
                : Outcome.sync(device, segment).await());
    }

    @Test
    void f5_memoryIsFreeAgainWhenItsOperationHasCompletedAndWhenTheDeviceIsClosed() throws IOException {
        Site site = site();
        Device device = openDevice(site);
        Segment segment = device.create(1, segment());
        MemorySegment memory = device.allocate(buffer());
        for (int i = 0; i < segment() / buffer(); i++) {
            Outcome.write(device, segment, fill(memory, i), (long) i * buffer(), i % 2 == 0).await();
            memory.fill((byte) -1); // as an engine does that uses the buffer again
        }
        Outcome.sync(device, segment).await();
        for (int i = 0; i < segment() / buffer(); i++) {
            Broken.unless(holds(segment, (long) i * buffer(), buffer(), i), F5, "write %d changed when its memory was used again after completion", i);
        }
        segment.close();
        device.close();
        memory.fill((byte) 7); // still valid, and nobody reads it
        Device again = openDevice(site);
        Segment found = again.open(1);
        for (int i = 0; i < segment() / buffer(); i++) {
            Broken.unless(holds(found, (long) i * buffer(), buffer(), i), F5, "write %d changed when its memory was used again after the close", i);
        }
        found.close();
        tried(2 * segment() / buffer());
    }

    @Test
    void f5_memoryIsZeroedAndAligned() throws IOException {
        Device device = openDevice(site());
        for (int buffers = 1; buffers <= 4; buffers++) {
            MemorySegment memory = device.allocate((long) buffers * buffer());
            Broken.unless(memory.byteSize() >= (long) buffers * buffer(), F5, "asked for %d bytes, got %d", buffers * buffer(), memory.byteSize());
            Broken.unless(memory.mismatch(MemorySegment.ofArray(new byte[(int) memory.byteSize()])) < 0, F5, "memory is not zeroed");
            Broken.unless(memory.address() % device.traits().memoryAlignment() == 0, F5, "memory at %d is not aligned", memory.address());
            memory.fill((byte) 1);
        }
        tried(4);
    }

    @Test
    void f8_readsSeeEveryCompletedWriteAtAnyPositionAndLength() throws IOException {
        Device device = openDevice(site());
        int block = device.traits().blockSize();
        Segment segment = device.create(1, segment());
        byte[] expected = new byte[2 * buffer()];
        for (int i = 0; i < 2; i++) {
            Outcome.write(device, segment, filled(device, buffer(), i), (long) i * buffer(), i == 0).await();
            MemorySegment.ofArray(expected).asSlice((long) i * buffer(), buffer()).copyFrom(fill(MemorySegment.ofArray(new byte[buffer()]), i));
        }
        int cases = 0;
        for (int position : new int[] {0, 1, block - 1, block, buffer() - 3, buffer()}) {
            for (int length : new int[] {1, 7, block, block + 1, buffer()}) {
                byte[] found = read(segment, position, length);
                Broken.unless(
                        java.util.Arrays.equals(found, 0, found.length, expected, position, position + length),
                        F8, "a read of %d bytes at %d gives %d bytes, or others than were written", length, position, found.length);
                cases++;
            }
        }
        segment.close();
        tried(cases);
    }

    @Test
    void f8_aReadThatIsStartedHasBroughtItsBytesWhenItIsTold() throws Exception {
        Device device = openDevice(site());
        Segment segment = written(device, 1, 4, 0);
        List<Outcome> outcomes = new ArrayList<>();
        AtomicInteger found = new AtomicInteger();
        MemorySegment expected = MemorySegment.ofArray(new byte[4 * buffer()]);
        for (int i = 0; i < 4; i++) {
            fill(expected.asSlice((long) i * buffer(), buffer()), i);
        }
        for (int position : new int[] {0, 3 * buffer(), buffer() + 1, 7, 2 * buffer() - 1}) {
            MemorySegment dst = MemorySegment.ofArray(new byte[buffer()]);
            Outcome outcome = Outcome.on(device);
            // By a thread that has ended when the read does.
            boolean started = Work.start(() -> segment.startRead(dst, position, (bytes, failure) -> {
                        if (bytes == buffer() && dst.mismatch(expected.asSlice(position, buffer())) < 0) {
                            found.incrementAndGet();
                        }
                        outcome.done(bytes, failure);
                    }))
                    .get();
            if (started) {
                outcomes.add(outcome);
            }
        }
        if (outcomes.isEmpty()) {
            segment.close();
            Assumptions.abort("not tried: the device starts no reads that go on by themselves");
        }
        for (Outcome each : outcomes) {
            // Without submit or drive: nobody calls those for a read.
            Broken.unless(each.awaitUndriven() == buffer(), F8, "a read that was started is short");
        }
        Broken.unless(
                found.get() == outcomes.size(), F8, "%d of %d reads had brought what was written when they were told", found.get(), outcomes.size());
        segment.close();
        tried(outcomes.size());
    }

    @Test
    void f8_readsOfManyThreadsGoIntoAnyMemoryWhileWritesGoOn() throws Exception {
        Device device = openDevice(site());
        Segment old = written(device, 1, 4, 0);
        Segment next = device.create(2, segment());
        List<Work<Integer>> readers = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            int number = thread;
            readers.add(Work.start(() -> {
                try (Arena confined = Arena.ofConfined()) {
                    for (int i = 0; i < 100; i++) {
                        MemorySegment dst = number == 0 ? confined.allocate(buffer()) : MemorySegment.ofArray(new byte[buffer()]);
                        List<ReadRequest> batch = List.of(new ReadRequest(old, dst, (i % 4) * (long) buffer()));
                        if (number == 1) {
                            device.readAll(batch);
                            Broken.unless(batch.getFirst().bytes() == buffer(), F8, "a read in a batch is short");
                        } else {
                            Broken.unless(old.read(dst, (i % 4) * (long) buffer()) == buffer(), F8, "a read is short");
                        }
                        Broken.unless(dst.mismatch(fill(MemorySegment.ofArray(new byte[buffer()]), i % 4)) < 0, F8, "a read gives other bytes than were written");
                    }
                }
                return 100;
            }));
        }
        MemorySegment memory = filled(device, buffer(), 9);
        for (int i = 0; i < segment() / buffer(); i++) {
            Outcome.write(device, next, memory, (long) i * buffer(), true).await();
        }
        for (Work<Integer> each : readers) {
            each.get();
        }
        old.close();
        next.close();
        tried(300);
    }

    @Test
    void f8_anInterruptNeitherFailsAReadNorHarmsTheDevice() throws Exception {
        Device device = openDevice(site());
        Segment segment = written(device, 1, 2, 0);
        Work<Boolean> interrupted = Work.start(() -> {
            Thread.currentThread().interrupt();
            boolean right = holds(segment, 0, buffer(), 0);
            ReadRequest request = new ReadRequest(segment, MemorySegment.ofArray(new byte[buffer()]), buffer());
            device.readAll(List.of(request));
            right &= request.bytes() == buffer();
            Broken.unless(Thread.currentThread().isInterrupted(), F8, "a read took the interrupt away");
            return right;
        });
        Broken.unless(Broken.ifThrown(F8, "a read by an interrupted thread", interrupted::get), F8, "a read by an interrupted thread is wrong");
        Broken.unless(Broken.ifThrown(F8, "a read after an interrupt", () -> holds(segment, buffer(), buffer(), 1)), F8, "a read after an interrupt is wrong");
        Outcome.write(device, segment, filled(device, buffer(), 5), 2L * buffer(), true).await();
        segment.close();
        tried(2);
    }

    /** Threads come and go: where the traits allow any, one may end while its operations are in flight. */
    @Test
    void f13_operationsOfAThreadThatHasEndedComplete() throws Exception {
        Device device = openDevice(site());
        if (!device.traits().anyThread()) {
            org.junit.jupiter.api.Assumptions.abort("not tried: the traits say that operations are called by a thread that stays");
        }
        Segment segment = device.create(1, segment());
        MemorySegment memory = filled(device, buffer(), 3);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < segment() / buffer(); i++) {
            long position = (long) i * buffer();
            outcomes.add(Work.start(() -> {
                Outcome outcome = Outcome.write(device, segment, memory, position, true);
                device.submit();
                return outcome;
            }).get());
        }
        for (Outcome each : outcomes) {
            Broken.unless(each.await() == buffer(), F13, "a write of a thread that has ended is short");
        }
        for (int i = 0; i < segment() / buffer(); i++) {
            Broken.unless(holds(segment, (long) i * buffer(), buffer(), 3), F13, "write %d of a thread that has ended is not there", i);
        }
        segment.close();
        tried(segment() / buffer());
    }
}

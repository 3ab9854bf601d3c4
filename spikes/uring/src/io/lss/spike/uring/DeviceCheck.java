package io.lss.spike.uring;

import io.lss.api.Durability;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The device alone, without an engine: what the rules of the flush SPI ask for, as far as a spike checks it. */
final class DeviceCheck {

    private static final int MIB = 1 << 20;

    private static final class Outcome implements Completion {
        int times;
        long bytes;
        IOException failure;

        @Override
        public synchronized void done(long n, IOException why) {
            times++;
            bytes = n;
            failure = why;
        }

        synchronized boolean isDone() {
            return times > 0;
        }
    }

    private final Path base;
    private final Map<String, String> properties;

    private DeviceCheck(Path base, Map<String, String> properties) {
        this.base = base;
        this.properties = properties;
    }

    public static void main(String[] args) throws Exception {
        Path base = Path.of(args[0]);
        for (Map<String, String> properties : List.of(
                Map.<String, String>of(),
                Map.of("wakeup", "nop"),
                Map.of("fixed", "off", "preallocate", "fallocate"))) {
            DeviceCheck check = new DeviceCheck(base, properties);
            check.writesSyncsAndReads();
            check.batchReads();
            check.oddResults();
            check.realShortWrite();
            check.wakeup();
            check.deadIssuer();
            check.closeUnderLoad();
            check.manyCycles();
            System.out.println("device " + properties + ": ok");
        }
    }

    private Device open(String name) throws IOException {
        Path at = base.resolve("device-" + name + "-" + System.nanoTime());
        Files.createDirectories(base);
        Probe probe = new UringSpikeProvider().probe(at.toUri());
        require(probe.available(), probe.explanation());
        return new UringSpikeProvider().open(at.toUri(), new DeviceOptions(true, true, Durability.SYNC, MIB, 8, properties));
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private static void await(Device device, Outcome... outcomes) {
        device.submit();
        for (Outcome o : outcomes) {
            while (!o.isDone()) {
                device.drive(1_000_000_000);
            }
        }
    }

    private static void pattern(MemorySegment memory, long seed) {
        for (long i = 0; i < memory.byteSize(); i += 8) {
            memory.set(ValueLayout.JAVA_LONG, i, seed + i);
        }
    }

    private void writesSyncsAndReads() throws IOException {
        Device device = open("basic");
        MemorySegment ring = device.allocate(8L * MIB);
        Segment segment = device.create(3, 64L * MIB);
        int count = 600; // more than the queue has entries
        Outcome[] outcomes = new Outcome[count];
        for (int i = 0; i < count; i++) {
            outcomes[i] = new Outcome();
            MemorySegment src = ring.asSlice((long) (i % 8) * MIB, 64 << 10);
            if (i < 8) {
                pattern(src, i * 1_000_000L);
            }
            segment.write(src, i * (64L << 10), i % 3 == 0, outcomes[i]);
        }
        await(device, outcomes);
        Outcome sync = new Outcome();
        segment.sync(sync);
        await(device, sync);
        require(sync.failure == null, "sync " + sync.failure);
        for (Outcome o : outcomes) {
            require(o.times == 1 && o.failure == null && o.bytes == 64 << 10, "outcome " + o.times + " " + o.failure);
        }
        // Any address, any length, any position, any kind of memory.
        MemorySegment whole = Arena.ofAuto().allocate(count * (64L << 10), 4096);
        require(segment.read(whole, 0) == whole.byteSize(), "whole read");
        for (int i = 0; i < count; i++) {
            require(whole.asSlice(i * (64L << 10), 64 << 10).mismatch(ring.asSlice((long) (i % 8) * MIB, 64 << 10)) < 0, "content " + i);
        }
        for (long[] c : new long[][] {{1, 1}, {4095, 2}, {5, 8192}, {65535, 1 << 20}, {4096, 100}, {12345, 3_333_333}}) {
            MemorySegment heap = MemorySegment.ofArray(new byte[(int) c[1]]);
            require(segment.read(heap, c[0]) == c[1], "odd read");
            require(heap.mismatch(whole.asSlice(c[0], c[1])) < 0, "odd content");
            MemorySegment unaligned = Arena.ofAuto().allocate(c[1] + 8).asSlice(3, c[1]);
            require(segment.read(unaligned, c[0]) == c[1] && unaligned.mismatch(heap) < 0, "unaligned content");
        }
        segment.finish(count * (64L << 10));
        MemorySegment beyond = MemorySegment.ofArray(new byte[10000]);
        long atEnd = segment.read(beyond, count * (64L << 10) - 5000);
        require(atEnd == 5000, "short at the end: " + atEnd);
        segment.close();
        require(device.segments().length == 1 && device.segments()[0] == 3, "segments");
        device.writeRoot(0, new byte[] {1, 2, 3});
        require(device.readRoot(0).orElseThrow().length == 3 && device.readRoot(1).isEmpty(), "roots");
        device.delete(3);
        require(device.segments().length == 0, "deleted");
        device.close();
        device.close();
        Outcome late = new Outcome();
        try {
            segment.sync(late);
        } catch (RuntimeException e) {
            throw new AssertionError("F12", e);
        }
        require(late.isDone() && late.failure != null, "F12");
        require(device.drive(1_000_000_000) == 0, "drive after close");
        System.out.println("  " + device);
    }

    private void batchReads() throws IOException {
        Device device = open("batch");
        MemorySegment ring = device.allocate(8L * MIB);
        pattern(ring, 77);
        Segment segment = device.create(1, 8L * MIB);
        Outcome[] o = new Outcome[8];
        for (int i = 0; i < 8; i++) {
            segment.write(ring.asSlice((long) i * MIB, MIB), (long) i * MIB, false, o[i] = new Outcome());
        }
        await(device, o);
        List<ReadRequest> batch = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            long position = i * 8191L;
            MemorySegment dst = i % 3 == 0
                    ? MemorySegment.ofArray(new byte[100 + i * 7])
                    : Arena.ofAuto().allocate(i % 50 == 1 ? 200_000 : 4096, 4096);
            batch.add(new ReadRequest(segment, dst, i % 2 == 0 ? position : position / 4096 * 4096));
        }
        device.readAll(batch);
        for (ReadRequest r : batch) {
            long there = Math.min(r.dst().byteSize(), 8L * MIB - r.position());
            require(r.bytes() == there, "batch read of " + r.dst().byteSize() + " at " + r.position() + ": " + r.bytes());
            require(r.dst().asSlice(0, there).mismatch(ring.asSlice(r.position(), there)) < 0, "batch content");
        }
        device.close();
    }

    private void oddResults() throws IOException {
        Device device = open("odd");
        MemorySegment ring = device.allocate(8L * MIB);
        pattern(ring, 5);
        Segment segment = device.create(1, 8L * MIB);
        AtomicInteger calls = new AtomicInteger();
        // Short by part of a block, EINTR, EAGAIN; then as the kernel says.
        UringDevice.resultFilter = r -> switch (calls.getAndIncrement()) {
            case 0 -> 5000;
            case 1 -> -Libc.EINTR;
            case 2 -> -Libc.EAGAIN;
            default -> r;
        };
        Outcome o = new Outcome();
        segment.write(ring.asSlice(0, MIB), 0, true, o);
        await(device, o);
        require(o.failure == null && o.bytes == MIB && calls.get() == 4, "short write: " + o.failure + " calls " + calls);
        calls.set(0);
        UringDevice.resultFilter = r -> calls.getAndIncrement() == 0 ? -Libc.ECANCELED : r;
        Outcome sync = new Outcome();
        segment.sync(sync);
        await(device, sync);
        require(sync.failure == null && calls.get() == 2, "cancelled sync");
        UringDevice.resultFilter = r -> -Libc.EIO;
        Outcome failedSync = new Outcome();
        segment.sync(failedSync);
        Outcome failed = new Outcome();
        segment.write(ring.asSlice(0, MIB), MIB, false, failed);
        await(device, failed, failedSync);
        require(failed.failure.getMessage().contains("errno=5"), "failure " + failed.failure);
        require(failedSync.failure.getMessage().contains("errno=5"), "failure " + failedSync.failure);
        UringDevice.resultFilter = r -> r;
        device.close();
    }

    /** A limit on file sizes cuts a write short; the rest fails. */
    private void realShortWrite() throws Exception {
        Device device = open("short");
        MemorySegment ring = device.allocate(8L * MIB);
        Segment segment = device.create(1, 8L * MIB);
        limitFileSize(Long.toString(MIB + 8192));
        Outcome o = new Outcome();
        segment.write(ring.asSlice(0, 64 << 10), MIB, true, o);
        await(device, o);
        limitFileSize("unlimited");
        require(o.failure != null && o.failure.getMessage().contains("done=8192"), "short write: " + o.failure);
        device.close();
    }

    private static void limitFileSize(String soft) throws Exception {
        Process p = new ProcessBuilder("prlimit", "--pid", Long.toString(ProcessHandle.current().pid()), "--fsize=" + soft + ":")
                .inheritIO()
                .start();
        require(p.waitFor() == 0, "prlimit");
    }

    private void wakeup() throws Exception {
        Device device = open("wake");
        device.wakeup();
        long t0 = System.nanoTime();
        device.drive(5_000_000_000L); // the wakeup came before
        require(System.nanoTime() - t0 < 1_000_000_000, "early wakeup");
        int rounds = 2000;
        long[] roundTrip = new long[rounds];
        CountDownLatch ready = new CountDownLatch(1);
        AtomicInteger driven = new AtomicInteger();
        Thread driver = new Thread(() -> {
            ready.countDown();
            for (int i = 0; i < rounds; i++) {
                device.drive(10_000_000_000L);
                driven.incrementAndGet();
            }
        });
        driver.start();
        ready.await();
        for (int i = 0; i < rounds; i++) {
            Thread.sleep(0, 50_000);
            long begin = System.nanoTime();
            device.wakeup();
            while (driven.get() <= i) {
                if (System.nanoTime() - begin > 2_000_000_000L) {
                    throw new AssertionError("a wakeup was lost");
                }
                Thread.onSpinWait();
            }
            roundTrip[i] = System.nanoTime() - begin;
        }
        driver.join();
        java.util.Arrays.sort(roundTrip);
        System.out.println("  wakeup to return of drive: p50 " + roundTrip[rounds / 2] / 1000.0 + " us");
        device.close();
    }

    /** A thread drives, which arms the wakeup, and ends; the next one must still be woken. */
    private void deadIssuer() throws Exception {
        Device device = open("dead");
        for (int i = 0; i < 50; i++) {
            Thread first = new Thread(() -> device.drive(1_000_000));
            first.start();
            first.join();
            Thread second = new Thread(() -> device.drive(10_000_000_000L));
            second.start();
            Thread.sleep(2);
            long t0 = System.nanoTime();
            device.wakeup();
            second.join();
            require(System.nanoTime() - t0 < 2_000_000_000L, "wakeup lost with the thread that had armed it");
        }
        device.close();
    }

    private void closeUnderLoad() throws Exception {
        for (int round = 0; round < 10; round++) {
            Device device = open("close");
            MemorySegment ring = device.allocate(8L * MIB);
            Segment segment = device.create(1, 256L * MIB);
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger completed = new AtomicInteger();
            Thread writer = new Thread(() -> {
                for (int i = 0; i < 256; i++) {
                    begun.incrementAndGet();
                    segment.write(ring.asSlice((long) (i % 8) * MIB, MIB), (long) i * MIB, i % 5 == 0, (n, why) -> completed.incrementAndGet());
                    device.submit();
                    device.drive(i % 4 == 0 ? 1_000_000 : 0);
                }
            });
            Thread[] readers = new Thread[2];
            for (int i = 0; i < readers.length; i++) {
                readers[i] = new Thread(() -> {
                    MemorySegment to = Arena.ofAuto().allocate(4096, 4096);
                    try {
                        for (long n = 0; ; n++) {
                            segment.read(to, n % 64 * 4096);
                        }
                    } catch (IOException e) {
                        require(e.getMessage().contains("closed"), e.toString());
                    }
                });
                readers[i].start();
            }
            writer.start();
            Thread.sleep(5L * round);
            device.close();
            int after = completed.get();
            writer.join();
            for (Thread reader : readers) {
                reader.join();
            }
            require(begun.get() == completed.get(), begun + " begun, " + completed + " completed, " + after + " at close");
        }
    }

    private void manyCycles() throws Exception {
        long before;
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            before = fds.count();
        }
        Path at = base.resolve("cycles-" + System.nanoTime());
        for (int i = 0; i < 200; i++) {
            Device device = new UringSpikeProvider().open(at.toUri(), new DeviceOptions(true, false, Durability.SYNC, MIB, 8, properties));
            device.allocate(8L * MIB);
            Segment s = device.create(i, 1L << 20);
            if (i % 2 == 0) {
                s.close();
                device.delete(i);
            }
            device.close();
        }
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            long now = fds.count();
            require(now <= before + 2, "descriptors: " + before + " before, " + now + " after");
        }
    }
}

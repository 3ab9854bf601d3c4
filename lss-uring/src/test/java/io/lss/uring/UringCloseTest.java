package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Pattern;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a device, whatever is under way, and whoever else ends it (F5, F12). */
@Timeout(60)
class UringCloseTest {

    private static final int LENGTH = 64 << 10;
    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    private UringDevice device;
    private UringSegment segment;
    private MemorySegment memory;
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private void open(String durable, IntUnaryOperator filter) throws IOException {
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, 4, Map.of("durable", durable));
        device = UringDevice.open(directory, options, Settings.of(options), filter);
        segment = (UringSegment) device.create(1, 1 << 20);
        memory = device.allocate(4L << 20);
    }

    @AfterEach
    void close() throws IOException {
        device.close();
    }

    private void write(int index, boolean durable) {
        long position = (long) index * LENGTH;
        segment.write(Pattern.fill(memory.asSlice(position, LENGTH), position), position, durable, this::tell);
    }

    private void tell(long bytes, IOException failure) {
        told.incrementAndGet();
        if (failure != null) {
            failed.incrementAndGet();
        }
    }

    private Thread started(List<Throwable> thrown, AutoCloseable what) {
        return Thread.ofPlatform().start(() -> {
            try {
                what.close();
            } catch (Throwable t) {
                thrown.add(t);
            }
        });
    }

    /** Until a thread waits for something, or has ended. */
    private static void settle(Thread thread) {
        while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
    }

    private boolean isDescriptorOpen() {
        return Files.exists(Path.of("/proc/self/fd/" + segment.fd()), LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void f12_twoWhoCloseBothWaitForAWriteThatIsUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        open("pwritev2", result -> {
            if (begun.getCount() == 0) {
                return result;
            }
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return BLOCK; // a short write: the rest goes to the same descriptor
        });
        Thread writer = Thread.ofPlatform().start(() -> {
            write(0, true);
            device.submit();
        });
        begun.await();
        List<Throwable> thrown = new ArrayList<>();
        Thread one = started(thrown, device);
        settle(one);
        Thread other = started(thrown, device);
        settle(other);
        assertTrue(one.isAlive() && other.isAlive(), "somebody returned while the write was under way");
        assertTrue(isDescriptorOpen());
        assertEquals(0, told.get());
        goOn.countDown();
        writer.join();
        one.join();
        other.join();
        assertEquals(List.of(), thrown);
        assertEquals(1, told.get());
        assertEquals(0, failed.get());
        assertFalse(isDescriptorOpen());
    }

    @Test
    void f5_theDeviceIsNotClosedWhileAClosingSegmentIsStillRead() throws Exception {
        open("pwritev2", result -> result);
        assertTrue(segment.gate().enter(), "as a reader does");
        List<Throwable> thrown = new ArrayList<>();
        Thread one = started(thrown, segment);
        settle(one);
        Thread other = started(thrown, device);
        settle(other);
        assertTrue(one.isAlive() && other.isAlive(), "somebody returned while the segment was read");
        assertTrue(isDescriptorOpen());
        segment.gate().leave();
        one.join();
        other.join();
        assertEquals(List.of(), thrown);
    }

    @Test
    void aClosedDeviceCanBeShown() throws Exception {
        open("pwritev2", result -> result);
        assertTrue(device.toString().contains("queued=0"), device.toString());
        device.close();
        assertTrue(device.toString().contains("closed"), device.toString());
    }

    @Test
    void f14_aClosedSegmentIsNotFinished() throws Exception {
        open("pwritev2", result -> result);
        segment.close();
        Path unrelated = Files.write(directory.resolveSibling("unrelated"), new byte[LENGTH]);
        List<FileChannel> channels = new ArrayList<>();
        try {
            while (!isDescriptorOpen()) { // until the number is another file's
                channels.add(FileChannel.open(unrelated, StandardOpenOption.READ, StandardOpenOption.WRITE));
            }
            assertThrows(IOException.class, () -> segment.finish(BLOCK));
            assertEquals(LENGTH, Files.size(unrelated));
        } finally {
            for (FileChannel channel : channels) {
                channel.close();
            }
            Files.delete(unrelated);
        }
    }

    @Test
    void f12_afterTheAccountBrokeOffCloseTellsEachOperationOnce() throws Exception {
        AtomicInteger results = new AtomicInteger();
        open("fdatasync", result -> {
            if (results.incrementAndGet() == 2) {
                throw new OutOfMemoryError("pretended");
            }
            return result;
        });
        Segment other = device.create(2, 1 << 20);
        for (int i = 0; i < 3; i++) {
            write(i, i < 2);
        }
        segment.sync(this::tell);
        other.sync(this::tell);
        assertThrows(UncheckedIOException.class, () -> {
            device.submit();
            while (told.get() < 5) {
                int _ = device.drive(1_000_000);
            }
        });
        assertThrows(UncheckedIOException.class, () -> device.drive(0), "it is dead, and says so again");
        write(4, false);
        assertTrue(failed.get() > 0, "what comes afterwards is refused at once");
        device.close();
        assertEquals(6, told.get());
    }

    @Test
    void f2_aWriteThatWaitsForItsSyncIsNotTakenForOneThatIsAlone() throws Exception {
        open("pwritev2", result -> result);
        Entries entries = new Entries(null, null, DurableChoice.DEFAULT);
        WriteRequest write = new WriteRequest(segment, memory.asSlice(0, LENGTH), 0, true, this::tell);
        assertTrue(entries.isForCall(write));
        write.way = Durable.FDATASYNC; // handed to the ring once, and refused for the moment
        assertFalse(entries.isForCall(write));
    }
}

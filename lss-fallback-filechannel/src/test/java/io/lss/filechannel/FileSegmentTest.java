package io.lss.filechannel;

import static io.lss.filechannel.Devices.assertPattern;
import static io.lss.filechannel.Devices.pattern;
import static io.lss.filechannel.Devices.sync;
import static io.lss.filechannel.Devices.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment over channels that do what a disk seldom does. */
class FileSegmentTest {

    private static final int LENGTH = 16 << 10;

    @TempDir
    Path directory;

    private FileChannelDevice device;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        device = (FileChannelDevice) Devices.open(directory, "direct", "off");
        device.create(1, 1 << 20).close();
        file = directory.resolve("seg-0000000000000001.lss");
    }

    @AfterEach
    void close() throws IOException {
        device.close();
    }

    private FileChannel plain() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private FileSegment segment(FileChannel channel, FileChannel durable) {
        return new FileSegment(device, 1, file, 1 << 20, channel, durable);
    }

    @Test
    void f1_shortWritesAreContinuedToTheEnd() throws Exception {
        FileChannel shortWrites = new DelegatingChannel(plain()) {
            @Override
            public int write(ByteBuffer src, long position) throws IOException {
                int limit = src.limit();
                src.limit(Math.min(limit, src.position() + 777));
                try {
                    return super.write(src, position);
                } finally {
                    src.limit(limit);
                }
            }
        };
        FileSegment segment = segment(plain(), shortWrites);
        assertEquals(LENGTH, write(segment, pattern(device.allocate(LENGTH), 4096), 4096, true).await());
        MemorySegment dst = device.allocate(LENGTH);
        assertEquals(LENGTH, segment.read(dst, 4096));
        assertPattern(dst, 4096);
        segment.closeNow();
    }

    @Test
    void f1_aWriteThatMakesNoProgressFailsInsteadOfTryingForEver() throws Exception {
        FileChannel stuck = new DelegatingChannel(plain()) {
            @Override
            public int write(ByteBuffer src, long position) {
                return 0;
            }
        };
        FileSegment segment = segment(plain(), stuck);
        IOException failure =
                assertThrows(IOException.class, write(segment, device.allocate(LENGTH), 0, true)::await);
        assertTrue(String.valueOf(failure.getMessage()).contains("cause=no progress"), failure.getMessage());
        segment.closeNow();
    }

    @Test
    void f4_aFailedWriteIsNotTriedAgainAndSaysWhereItStopped() throws Exception {
        var calls = new java.util.concurrent.atomic.AtomicInteger();
        IOException cause = new IOException("Input/output error");
        FileChannel failing = new DelegatingChannel(plain()) {
            @Override
            public int write(ByteBuffer src, long position) throws IOException {
                if (calls.incrementAndGet() == 1) {
                    src.position(src.position() + 4096);
                    return 4096;
                }
                throw cause;
            }
        };
        FileSegment segment = segment(plain(), failing);
        IOException failure =
                assertThrows(IOException.class, write(segment, device.allocate(LENGTH), 8192, true)::await);
        assertEquals(
                "write failed: file=" + file + " position=8192 length=16384 done=4096 cause=Input/output error",
                failure.getMessage());
        assertSame(cause, failure.getCause());
        assertEquals(2, calls.get());
        segment.closeNow();
    }

    @Test
    void f2_whatAChannelIsNotExpectedToThrowFailsTheOperation() throws Exception {
        FileChannel broken = new DelegatingChannel(plain()) {
            @Override
            public int write(ByteBuffer src, long position) {
                throw new OutOfMemoryError("pretended");
            }

            @Override
            public int read(ByteBuffer dst, long position) {
                throw new IllegalStateException("pretended");
            }

            @Override
            public void force(boolean metaData) {
                throw new IllegalStateException("pretended");
            }
        };
        FileSegment segment = segment(broken, broken);
        MemorySegment memory = device.allocate(LENGTH);
        assertThrows(IOException.class, write(segment, memory, 0, true)::await);
        assertThrows(IOException.class, sync(segment)::await);
        assertThrows(IOException.class, () -> segment.read(memory, 0));
        segment.closeNow();
    }

    @Test
    void aReadDoesNotWaitBehindWrites() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        FileChannel slow = new DelegatingChannel(plain()) {
            @Override
            public int write(ByteBuffer src, long position) throws IOException {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return super.write(src, position);
            }
        };
        FileSegment segment = segment(plain(), slow);
        MemorySegment memory = device.allocate(LENGTH);
        var writes = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> write(segment, memory, (long) i * LENGTH, true))
                .toList();
        assertEquals(100, segment.read(MemorySegment.ofArray(new byte[100]), 0));
        release.countDown();
        for (var outcome : writes) {
            outcome.await();
        }
        segment.closeNow();
    }

    @Test
    void writesThatAreNotDurableGoThroughTheOtherChannel() throws Exception {
        var used = new java.util.concurrent.CopyOnWriteArrayList<String>();
        class Named extends DelegatingChannel {
            private final String name;

            Named(String name) throws IOException {
                super(plain());
                this.name = name;
            }

            @Override
            public int write(ByteBuffer src, long position) throws IOException {
                used.add(name);
                return super.write(src, position);
            }
        }
        FileSegment segment = segment(new Named("plain"), new Named("durable"));
        write(segment, device.allocate(LENGTH), 0, false).await();
        write(segment, device.allocate(LENGTH), LENGTH, true).await();
        assertEquals(List.of("plain", "durable"), used);
        segment.closeNow();
    }
}

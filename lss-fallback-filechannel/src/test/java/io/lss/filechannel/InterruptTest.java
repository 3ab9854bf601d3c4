package io.lss.filechannel;

import static io.lss.filechannel.Devices.assertPattern;
import static io.lss.filechannel.Devices.pattern;
import static io.lss.filechannel.Devices.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.localfiles.crew.Crew;
import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Task;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.LocalInterruptContract;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts of threads that wait for the device's own. */
class InterruptTest extends LocalInterruptContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void f8_anInterruptOfAThreadThatWaitsForAReadDoesNotEndTheRead(boolean virtual) throws Exception {
        try (FileChannelDevice device = (FileChannelDevice) Devices.open(directory, "readers", "1")) {
            Segment segment = device.create(1, SEGMENT);
            write(segment, pattern(device.allocate(4096), 0), 0, true).await();
            CountDownLatch release = occupy(device.readers());
            CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
            Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
            Thread reader = builder.start(() -> {
                try {
                    MemorySegment dst = MemorySegment.ofArray(new byte[4096]);
                    assertEquals(4096, segment.read(dst, 0));
                    assertPattern(dst, 0);
                    stillInterrupted.complete(Thread.currentThread().isInterrupted());
                } catch (IOException | RuntimeException | Error e) {
                    stillInterrupted.completeExceptionally(e);
                }
            });
            while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 10; i++) {
                reader.interrupt();
            }
            release.countDown();
            assertTrue(stillInterrupted.get());
            // The channel is as open as before, for everyone.
            assertEquals(10, segment.read(MemorySegment.ofArray(new byte[10]), 0));
            write(segment, device.allocate(4096), 4096, true).await();
        }
    }

    @Test
    void f12_anInterruptDoesNotEndTheWaitOfClose() throws Exception {
        FileChannelDevice device = (FileChannelDevice) Devices.open(directory, "writers", "1");
        CountDownLatch release = occupy(device.writers());
        CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
        Thread closer = Thread.ofPlatform().start(() -> {
            try {
                device.close();
                stillInterrupted.complete(Thread.currentThread().isInterrupted());
            } catch (IOException | RuntimeException | Error e) {
                stillInterrupted.completeExceptionally(e);
            }
        });
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        closer.interrupt();
        release.countDown();
        assertTrue(stillInterrupted.get());
        Devices.open(directory).close();
    }

    /** Keeps the only thread of a crew busy until the latch is counted down. */
    private static CountDownLatch occupy(Crew crew) {
        CountDownLatch release = new CountDownLatch(1);
        crew.offer(new Task() {
            @Override
            public void run(DeviceThread thread) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void broken(OutOfMemoryError error) {
                throw new AssertionError(error);
            }

            @Override
            public void refuse(String why) {}
        });
        return release;
    }
}

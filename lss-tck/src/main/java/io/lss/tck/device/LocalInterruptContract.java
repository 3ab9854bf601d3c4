package io.lss.tck.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupt neither harms the device nor fails an operation, and is not lost (F8). */
public abstract class LocalInterruptContract extends LocalContract {

    /** For subclasses. */
    protected LocalInterruptContract() {}

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    private void interruptAgain() {
        assertTrue(Thread.currentThread().isInterrupted(), "the interrupt was lost");
        Thread.currentThread().interrupt();
    }

    @Test
    void f8_everythingWorksOnAThreadThatIsInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        try (Device device = open()) {
            interruptAgain();
            Segment segment = device.create(1, SEGMENT);
            interruptAgain();
            Outcome outcome = Outcome.write(device, segment, Pattern.fill(device.allocate(4096), 0), 0, true);
            device.submit();
            interruptAgain();
            Thread.interrupted(); // the test itself waits
            outcome.await();
            Thread.currentThread().interrupt();
            MemorySegment dst = device.allocate(4096);
            assertEquals(4096, segment.read(dst, 0));
            Pattern.assertIn(dst, 0);
            interruptAgain();
            ReadRequest request = new ReadRequest(segment, dst, 0);
            device.readAll(List.of(request));
            assertEquals(4096, request.bytes());
            interruptAgain();
            device.writeRoot(0, new byte[] {1});
            interruptAgain();
            assertArrayEquals(new byte[] {1}, device.readRoot(0).orElseThrow());
            segment.finish(4096);
            segment.close();
            device.open(1).close();
            device.delete(1);
            interruptAgain();
        }
        assertTrue(Thread.interrupted());
        open().close();
    }
}

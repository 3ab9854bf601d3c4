package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.filechannel.Devices.Outcome;
import io.lss.localfiles.crew.Crew;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncQueueTest {

    @TempDir
    Path directory;

    private FileChannelDevice device;
    private FileSegment segment;
    private final Crew crew = new Crew("test-sync", 4);

    /** One permit lets one sync end. */
    private final Semaphore ends = new Semaphore(0);

    private final Semaphore begun = new Semaphore(0);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile IOException failure;

    @BeforeEach
    void open() throws IOException {
        device = (FileChannelDevice) Devices.open(directory);
        segment = (FileSegment) device.create(1, 4096);
    }

    @AfterEach
    void close() throws IOException {
        ends.release(1000);
        crew.close();
        device.close();
    }

    private SyncQueue queue() {
        return new SyncQueue(crew, segment, () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            begun.release();
            ends.acquireUninterruptibly();
            running.decrementAndGet();
            if (failure != null) {
                throw failure;
            }
        });
    }

    private static Outcome add(SyncQueue queue) {
        Outcome outcome = new Outcome();
        queue.add(outcome);
        return outcome;
    }

    @Test
    void f3_syncsAskedForWhileOneRunsAreServedByOneThatBeginsAfterThem() throws Exception {
        SyncQueue queue = queue();
        Outcome first = add(queue);
        begun.acquire();
        List<Outcome> later = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            later.add(add(queue));
        }
        ends.release();
        first.await();
        begun.acquire(); // the second has begun, after all of them
        for (Outcome outcome : later) {
            assertEquals(false, outcome.isDone(), "the first sync began before it");
        }
        ends.release();
        for (Outcome outcome : later) {
            outcome.await();
        }
        assertEquals(0, begun.availablePermits(), "two syncs served eleven");
        assertEquals(1, most.get(), "one at a time");
    }

    @Test
    void f4_afterAFailedSyncAllLaterOnesFailWithItAndTheSystemIsNotAskedAgain() throws Exception {
        SyncQueue queue = queue();
        failure = new IOException("Input/output error");
        Outcome first = add(queue);
        ends.release();
        assertSame(failure, assertThrows(IOException.class, first::await));
        begun.acquire();
        IOException original = failure;
        failure = null; // from now on it would succeed
        for (int i = 0; i < 3; i++) {
            assertSame(original, assertThrows(IOException.class, add(queue)::await));
        }
        assertEquals(0, begun.availablePermits());
    }

    @Test
    void f2_whatTheSystemIsNotExpectedToThrowFailsTheSync() {
        SyncQueue queue = new SyncQueue(crew, segment, () -> {
            throw new OutOfMemoryError("pretended");
        });
        Outcome outcome = add(queue);
        IOException thrown = assertThrows(IOException.class, outcome::await);
        assertTrue(String.valueOf(thrown.getMessage()).contains("pretended"), thrown.getMessage());
    }

    @Test
    void f12_aCompletionThatThrowsIsNotToldAgainAndThoseBehindItAreTold() throws Exception {
        SyncQueue queue = queue();
        AtomicInteger told = new AtomicInteger();
        Outcome first = add(queue);
        begun.acquire();
        Outcome behind = add(queue);
        queue.add((bytes, failure) -> {
            told.incrementAndGet();
            throw new OutOfMemoryError("pretended");
        });
        ends.release();
        first.await();
        begun.acquire();
        ends.release();
        behind.await();
        assertEquals(1, told.get());
    }

    @Test
    void f12_aSyncAfterCloseFails() {
        SyncQueue queue = queue();
        crew.close();
        assertThrows(IOException.class, add(queue)::await);
        assertThrows(IOException.class, add(queue)::await);
    }
}

package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import io.lss.tck.device.Pattern;
import io.lss.uring.linux.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that a kernel seldom gives, put in the place of those that it gave. */
class RareResultsTest {

    private static final int LENGTH = 64 << 10;
    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    /** The results to be told next; then those of the kernel. */
    private final Deque<Integer> results = new ArrayDeque<>();

    private int asked;
    private UringDevice device;
    private Segment segment;
    private MemorySegment memory;

    private void open(String durable) throws IOException {
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, 4, Map.of("durable", durable));
        device = UringDevice.open(directory, options, Settings.of(options), result -> {
            asked++;
            Integer instead = results.poll();
            return instead == null ? result : instead;
        });
        segment = device.create(1, 1 << 20);
        memory = device.allocate(4L << 20);
    }

    @AfterEach
    void close() throws IOException {
        results.clear();
        device.close();
    }

    private Outcome write(long position, boolean durable) {
        return Outcome.write(device, segment, Pattern.fill(memory.asSlice(position, LENGTH), position), position, durable);
    }

    private void assertWritten(long position) throws IOException {
        MemorySegment dst = Arena.ofAuto().allocate(LENGTH);
        assertEquals(LENGTH, segment.read(dst, position));
        Pattern.assertIn(dst, position);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pwritev2", "rwf_dsync", "fdatasync"})
    void f1_aWriteThatWasInterruptedOrPutOffOrCutShortIsFinished(String durable) throws Exception {
        open(durable);
        results.addAll(List.of(-Errno.EINTR, -Errno.EAGAIN, 0, BLOCK, 5000, 100));
        assertEquals(LENGTH, write(0, true).await());
        assertTrue(asked >= 7, "asked " + asked);
        assertWritten(0);
        asked = 0;
        results.addAll(List.of(-Errno.EAGAIN, BLOCK));
        assertEquals(LENGTH, write(LENGTH, false).await());
        assertEquals(3, asked);
        assertWritten(LENGTH);
    }

    @Test
    void f1_aWriteThatIsPutOffForLongIsFinishedAllTheSame() throws Exception {
        open("rwf_dsync");
        for (int i = 0; i < 50; i++) {
            results.add(-Errno.EAGAIN);
        }
        assertEquals(LENGTH, write(0, false).await());
        assertWritten(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwf_dsync", "fdatasync"})
    void f4_whatTheKernelNeverStartedIsAskedForAgain(String durable) throws Exception {
        open(durable);
        results.addAll(List.of(-Errno.ECANCELED, -Errno.EFAULT));
        assertEquals(LENGTH, write(0, true).await());
        assertWritten(0);
        asked = 0;
        results.addAll(List.of(-Errno.ECANCELED, -Errno.EFAULT));
        Outcome.sync(device, segment).await();
        assertEquals(3, asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.EAGAIN, Errno.EIO})
    void f4_aSyncThatTheKernelMayHaveBegunIsNotAskedForAgain(int errno) throws Exception {
        open("rwf_dsync");
        assertEquals(LENGTH, write(0, false).await());
        asked = 0;
        results.add(-errno);
        assertThrows(IOException.class, Outcome.sync(device, segment)::await);
        assertThrows(IOException.class, Outcome.sync(device, segment)::await);
        assertEquals(1, asked);
    }

    @Test
    void submit_whatWasLeftToTheNextDriveIsHandedOverByOneThatDoesNotWait() throws Exception {
        open("rwf_dsync");
        for (int i = 0; i < 4; i++) {
            write((long) i * LENGTH, false);
        }
        device.drive(0);
        assertTrue(device.queue().toString().contains("unsubmitted=0"), device.queue().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pwritev2", "rwf_dsync", "fdatasync"})
    void f4_aFailedWriteIsNotTriedAgainAndSaysWhereItStoppedAndWhatToDo(String durable) throws Exception {
        open(durable);
        results.addAll(List.of(2 * BLOCK, -Errno.ENOSPC));
        IOException failure = assertThrows(IOException.class, write(LENGTH, true)::await);
        assertEquals(
                "write failed: file=" + directory.resolve("seg-0000000000000001.lss")
                        + " position=65536 length=65536 done=8192 cause=errno 28, ENOSPC, No space left on device; free"
                        + " space on this file system or raise the quota, then open the store again",
                failure.getMessage());
        assertEquals(2, asked);
    }

    @Test
    void f4_aFailedSyncIsTheLastAndFailsTheDurableWritesThatNeedIt() throws Exception {
        open("fdatasync");
        results.add(-Errno.EIO);
        Outcome sync = Outcome.sync(device, segment);
        IOException failure = assertThrows(IOException.class, sync::await);
        assertTrue(String.valueOf(failure.getMessage()).startsWith("sync failed: file="), failure.getMessage());
        assertEquals(1, asked);
        assertThrows(IOException.class, () -> Outcome.sync(device, segment).await());
        assertEquals(1, asked, "the kernel was asked again");
        assertThrows(IOException.class, write(0, true)::await);
        assertEquals(2, asked, "only the write itself was asked for");
        assertEquals(LENGTH, write(LENGTH, false).await());
    }

    @Test
    void f4_aFailedSyncFailsTheWritesOfItsBatchAndNoOther() throws Exception {
        open("fdatasync");
        Segment other = device.create(2, 1 << 20);
        results.addAll(List.of(LENGTH, LENGTH, -Errno.EIO)); // two writes, then their sync
        Outcome one = write(0, true);
        Outcome two = write(LENGTH, true);
        assertThrows(IOException.class, one::await);
        assertThrows(IOException.class, two::await);
        assertEquals(LENGTH, Outcome.write(device, other, memory.asSlice(0, LENGTH), 0, true).await());
    }

    @Test
    void f1_aWriteThatMakesNoProgressFailsInsteadOfTryingForEver() throws Exception {
        open("pwritev2");
        for (int i = 0; i < 2000; i++) {
            results.add(0);
        }
        IOException failure = assertThrows(IOException.class, write(0, true)::await);
        assertTrue(String.valueOf(failure.getMessage()).contains("without progress"), failure.getMessage());
    }

    @Test
    void f3_durableWritesTogetherShareOneSync() throws Exception {
        open("fdatasync");
        Outcome[] outcomes = new Outcome[4];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = write((long) i * LENGTH, true);
        }
        for (Outcome outcome : outcomes) {
            outcome.await();
        }
        assertEquals(outcomes.length + 1, asked, "writes and syncs");
    }

    @Test
    void f14_aSegmentIsNotClosedWhileSomethingIsInFlightOnIt() throws Exception {
        open("rwf_dsync");
        Outcome outcome = write(0, false);
        assertThrows(IllegalStateException.class, segment::close);
        outcome.await();
        segment.close();
        segment.close();
        Outcome late = Outcome.sync(device, segment);
        assertTrue(late.isDone());
        assertThrows(IOException.class, late::await);
        assertFalse(segment.toString().isEmpty());
    }

    @Test
    void f12_closeAfterAFailureIsSafe() throws Exception {
        open("rwf_dsync");
        results.add(-Errno.EIO);
        assertThrows(IOException.class, write(0, true)::await);
        write(LENGTH, true); // never submitted
        device.close();
        device.close();
        try (UringDevice next = UringDevice.open(
                directory,
                new DeviceOptions(false, false, Durability.SYNC, 1 << 20, 4, Map.of()),
                Settings.of(new DeviceOptions(false, false, Durability.SYNC, 1 << 20, 4, Map.of())))) {
            assertEquals(1, next.segments().length);
        }
    }
}

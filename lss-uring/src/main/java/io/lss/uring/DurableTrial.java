package io.lss.uring;

import io.lss.uring.linux.Errno;
import io.lss.uring.linux.ErrnoCapture;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.RingCalls;
import io.lss.uring.linux.RingLayouts;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures, briefly, which way of writing durably is the fastest on a device: writes in each case in each way, in turn, into a file
 * without a name whose blocks have been written before. The ranks differ from device to device by a factor of four and more.
 *
 * <p>Between ways that come close the default wins: under load it was never worse, and a measurement of some milliseconds on a machine
 * that does other things proves little.
 */
final class DurableTrial implements AutoCloseable {

    /** How long a measurement may take, in nanoseconds; on a slow disk it makes fewer rounds. */
    private static final long BUDGET_NANOS = 300_000_000;

    /** By how much another way must be faster than the default: a ratio of medians. */
    private static final double CLEARLY_FASTER = 0.75;

    /** Of memory, for every file system, in bytes. */
    private static final int ALIGNMENT = 1 << 16;

    private static final int LARGE = 1 << 20;
    private static final int BATCH = 64 << 10;
    private static final int TOGETHER = 4;
    private static final int FILE_BYTES = TOGETHER * LARGE;
    private static final int ENTRIES = 8;
    private static final long WAIT_NANOS = 1_000_000_000;

    /** Writes of one length, so many together, and the ways to make them durable, the default first. */
    private record Case(int writes, int length, int rounds, List<Durable> ways) {}

    private final int fd;
    private final Ring ring;
    private final MemorySegment memory;
    private final ErrnoCapture errno = new ErrnoCapture();
    private final MemorySegment iovec = Arena.ofAuto().allocate(RingLayouts.IOVEC);
    private final long start = System.nanoTime();

    private int pending;
    private int worst;

    private DurableTrial(Path directory, RingCalls calls) throws IOException {
        this.memory = Arena.ofAuto().allocate(FILE_BYTES, ALIGNMENT);
        this.fd = DirectTrial.openNameless(directory, FileCalls.O_DIRECT);
        try {
            this.ring = new Ring(calls, ENTRIES);
        } catch (IOException e) {
            FileCalls.close(fd);
            throw e;
        }
    }

    /**
     * {@return the fastest way for each case}
     *
     * @param directory where the store is
     * @throws IOException if it could not be measured: no space for the file, no memory for a ring
     */
    static DurableChoice measure(Path directory, RingCalls calls, int blockSize) throws IOException {
        try (DurableTrial trial = new DurableTrial(directory, calls)) {
            trial.writeBlocks();
            Case lone = new Case(1, Math.max(4096, blockSize), 24, List.of(Durable.PWRITEV2, Durable.RWF_DSYNC, Durable.FDATASYNC));
            Case batch = new Case(TOGETHER, Math.max(BATCH, blockSize), 8, List.of(Durable.FDATASYNC, Durable.RWF_DSYNC));
            Case large = new Case(TOGETHER, LARGE, 4, List.of(Durable.FDATASYNC, Durable.RWF_DSYNC));
            return new DurableChoice(trial.best(lone), trial.best(batch), trial.best(large), "measured");
        }
    }

    /** Blocks that are written for the first time would measure the file system's bookkeeping. */
    private void writeBlocks() throws IOException {
        long done = 0;
        while (done < FILE_BYTES) {
            long written = FileCalls.pwrite(errno, fd, memory.asSlice(done), done);
            if (written != -Errno.EINTR) {
                done += SystemCallException.check((int) written, "write", "length=" + FILE_BYTES);
            }
        }
        SystemCallException.check(FileCalls.fsync(fd), "sync", "length=" + FILE_BYTES);
    }

    private Durable best(Case c) throws IOException {
        Map<Durable, long[]> times = new EnumMap<>(Durable.class);
        c.ways().forEach(way -> times.put(way, new long[c.rounds()]));
        int rounds = 0;
        for (Durable way : c.ways()) {
            run(c, way); // not counted: the first of a kind loads code and metadata
        }
        while (rounds < c.rounds() && (rounds == 0 || System.nanoTime() - start < BUDGET_NANOS)) {
            for (Map.Entry<Durable, long[]> entry : times.entrySet()) {
                long before = System.nanoTime();
                run(c, entry.getKey());
                entry.getValue()[rounds] = System.nanoTime() - before;
            }
            rounds++;
        }
        Durable best = c.ways().getFirst();
        double limit = median(times.get(best), rounds) * CLEARLY_FASTER;
        List<Durable> others = new ArrayList<>(c.ways().subList(1, c.ways().size()));
        for (Durable way : others) {
            long median = median(times.get(way), rounds);
            if (median < limit) {
                best = way;
                limit = median;
            }
        }
        return best;
    }

    private static long median(long @org.jspecify.annotations.Nullable [] times, int rounds) {
        long[] sorted = times == null ? new long[1] : Arrays.copyOf(times, rounds);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void run(Case c, Durable way) throws IOException {
        switch (way) {
            case PWRITEV2 -> {
                RingLayouts.IOV_BASE.set(iovec, 0L, memory.address());
                RingLayouts.IOV_LEN.set(iovec, 0L, (long) c.length());
                SystemCallException.check((int) FileCalls.pwriteDurably(errno, fd, iovec, 0), "pwritev2", "length=" + c.length());
            }
            case RWF_DSYNC -> write(c, FileCalls.RWF_DSYNC);
            case FDATASYNC -> {
                write(c, 0);
                ring.fill(Ring.OP_FSYNC, 0, fd, 0, 0, 0, Ring.FSYNC_DATASYNC, 0, 0);
                finish(1);
            }
        }
    }

    private void write(Case c, int flags) throws IOException {
        for (int i = 0; i < c.writes(); i++) {
            long at = (long) i * c.length();
            ring.fill(Ring.OP_WRITE, 0, fd, at, memory.address() + at, c.length(), flags, 0, 0);
        }
        finish(c.writes());
    }

    private void finish(int count) throws IOException {
        pending = count;
        worst = 0;
        while (pending > 0) {
            int result = ring.await(WAIT_NANOS, ring.publish());
            if (result < 0 && !RequestResult.isPassing(result)) {
                throw new SystemCallException("io_uring_enter", -result, "pending=" + pending);
            }
            ring.reap((userData, ended) -> {
                pending--;
                worst = Math.min(worst, ended);
            });
        }
        SystemCallException.check(worst, "a durable write", "writes=" + count);
    }

    @Override
    public void close() {
        ring.close();
        FileCalls.close(fd);
    }
}

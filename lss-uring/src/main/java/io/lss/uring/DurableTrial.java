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
import java.util.List;

/**
 * Measures, briefly, which way of writing durably is the fastest on a device: writes in each case in each way, in turn, into a file
 * without a name whose blocks have been written before. The ranks differ from device to device by a factor of four and more.
 *
 * <p>The default stays unless another way beats it as {@link Duel} says, in two series of rounds with those of the other cases between them. If
 * the time is over before that, it stays too: on a slow disk, under load.
 */
final class DurableTrial implements AutoCloseable {

    /** How long a measurement may take, in nanoseconds; what is under way then is finished. */
    private static final long BUDGET_NANOS = 400_000_000;

    /** Of memory, for every file system, in bytes. */
    private static final int ALIGNMENT = 1 << 16;

    private static final int LARGE = 1 << 20;
    private static final int BATCH = 64 << 10;
    private static final int TOGETHER = 4;
    private static final int FILE_BYTES = TOGETHER * LARGE;
    private static final int ENTRIES = 8;
    private static final long WAIT_NANOS = 1_000_000_000;

    private final int fd;
    private final Ring ring;
    private final MemorySegment memory;
    private final ErrnoCapture errno = new ErrnoCapture();
    private final MemorySegment iovec = Arena.ofAuto().allocate(RingLayouts.IOVEC);
    private final long start = System.nanoTime();

    private int pending;
    private int worst;

    /** Writes of one length, so many together, and the ways to make them durable. */
    private final class Case {
        private final int writes;
        private final int length;
        private final Durable usual;
        private final Rival[] rivals;

        Case(int writes, int length, Durable usual, Durable... others) {
            this.writes = writes;
            this.length = length;
            this.usual = usual;
            this.rivals = new Rival[others.length];
            for (int i = 0; i < others.length; i++) {
                rivals[i] = new Rival(others[i]);
            }
        }

        /** Runs a series with those that are still in it. */
        void series() throws IOException {
            if (!isOpen()) {
                return;
            }
            for (Rival rival : rivals) {
                rival.duel.begin();
                rival.total = 0;
            }
            round(false); // not counted: the first of a kind loads code and metadata
            for (int i = 0; i < Duel.ROUNDS && isOpen() && System.nanoTime() - start < BUDGET_NANOS; i++) {
                round(true);
            }
            for (Rival rival : rivals) {
                rival.isOut |= !rival.duel.isWon();
            }
        }

        private boolean isOpen() {
            for (Rival rival : rivals) {
                if (!rival.isOut) {
                    return true;
                }
            }
            return false;
        }

        private void round(boolean counts) throws IOException {
            long nanos = nanos(this, usual);
            for (Rival rival : rivals) {
                if (!rival.isOut) {
                    long others = nanos(this, rival.way);
                    if (counts) {
                        rival.duel.round(nanos, others);
                        rival.total += others;
                        rival.isOut = rival.duel.isLost();
                    }
                }
            }
        }

        /** {@return the fastest of those that have won all their series; the usual one if none has} */
        Durable best() {
            Durable best = usual;
            long least = Long.MAX_VALUE;
            for (Rival rival : rivals) {
                if (!rival.isOut && rival.total < least) {
                    best = rival.way;
                    least = rival.total;
                }
            }
            return best;
        }
    }

    /** Another way than the usual one. */
    private static final class Rival {
        private final Durable way;
        private final Duel duel = new Duel();
        private boolean isOut;
        private long total;

        Rival(Durable way) {
            this.way = way;
        }
    }

    private DurableTrial(Path directory, RingCalls calls) throws IOException {
        this.memory = Arena.ofAuto().allocate(FILE_BYTES, ALIGNMENT);
        this.fd = DirectTrial.openNameless(directory, FileCalls.O_DIRECT);
        try {
            this.ring = new Ring(calls, ENTRIES);
        } catch (IOException | RuntimeException | Error e) {
            FileCalls.close(fd);
            throw e;
        }
    }

    /**
     * {@return the way for each case}
     *
     * @param directory where the store is
     * @throws IOException if it could not be measured: no space for the file, no memory for a ring
     */
    static DurableChoice measure(Path directory, RingCalls calls, int blockSize) throws IOException {
        try (DurableTrial trial = new DurableTrial(directory, calls)) {
            return trial.choose(blockSize);
        }
    }

    private DurableChoice choose(int blockSize) throws IOException {
        writeBlocks();
        DurableChoice usual = DurableChoice.DEFAULT;
        Case lone = new Case(1, Math.max(4096, blockSize), usual.lone(), Durable.RWF_DSYNC, Durable.FDATASYNC);
        Case batch = new Case(TOGETHER, Math.max(BATCH, blockSize), usual.batch(), Durable.RWF_DSYNC);
        Case large = new Case(TOGETHER, LARGE, usual.large(), Durable.RWF_DSYNC);
        for (int i = 0; i < 2; i++) {
            for (Case c : List.of(lone, batch, large)) {
                c.series();
            }
        }
        return new DurableChoice(lone.best(), batch.best(), large.best(), "measured");
    }

    /** Blocks that are written for the first time would measure the file system's bookkeeping. */
    private void writeBlocks() throws IOException {
        Refused refused = new Refused();
        long done = 0;
        while (done < FILE_BYTES) {
            long written = FileCalls.pwrite(errno, fd, memory.asSlice(done), done);
            if (written > 0) {
                done += written;
            } else if ((written != 0 && written != -Errno.EINTR) || !refused.again()) {
                throw new SystemCallException("write", written == 0 ? Errno.EIO : (int) -written, "length=" + FILE_BYTES);
            }
        }
        SystemCallException.check(FileCalls.fsync(fd), "sync", "length=" + FILE_BYTES);
    }

    private long nanos(Case c, Durable way) throws IOException {
        long before = System.nanoTime();
        run(c, way);
        return System.nanoTime() - before;
    }

    private void run(Case c, Durable way) throws IOException {
        switch (way) {
            case PWRITEV2 -> {
                RingLayouts.IOV_BASE.set(iovec, 0L, memory.address());
                RingLayouts.IOV_LEN.set(iovec, 0L, (long) c.length);
                SystemCallException.check((int) FileCalls.pwriteDurably(errno, fd, iovec, 0), "pwritev2", "length=" + c.length);
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
        for (int i = 0; i < c.writes; i++) {
            long at = (long) i * c.length;
            ring.fill(Ring.OP_WRITE, 0, fd, at, memory.address() + at, c.length, flags, 0, 0);
        }
        finish(c.writes);
    }

    /** What was taken when this fails writes on, from memory that is zeros or another's by then, into a file that nobody has. */
    private void finish(int count) throws IOException {
        Refused refused = new Refused();
        pending = count;
        worst = 0;
        while (pending > 0) {
            int result = ring.await(WAIT_NANOS, ring.publish());
            boolean dead = result < 0 && !RequestResult.isPassing(result);
            if (dead || (RequestResult.isRefusedForNow(result) && !refused.again())) {
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

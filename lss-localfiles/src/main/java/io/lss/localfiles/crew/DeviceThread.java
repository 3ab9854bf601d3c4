package io.lss.localfiles.crew;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that may be inside a file channel, or in a system call for somebody else. It cannot be interrupted: an interrupt
 * would close the channel for everyone.
 *
 * <p>It has one place, {@link #handed}, into which the crew puts the next task for it.
 */
public final class DeviceThread extends Thread {

    /** What {@link #scratch} is, in bytes: a read that has to be copied goes through it in pieces of this. */
    public static final int SCRATCH_BYTES = 256 << 10;

    /** How long to wait before somebody is told for whom there was no memory, in nanoseconds. */
    private static final long RETRY_NANOS = 1_000_000;

    private final Crew crew;

    /**
     * The task to do next. Written by the one who took this thread out of the crew's idle threads (under the crew's lock,
     * so one at a time), read and cleared by this thread. Volatile: whoever writes it then reads {@link #parked}, this
     * thread writes that and then reads this one again; with sequential consistency one of both sees the other.
     */
    private volatile @Nullable Task handed;

    /** Whether this thread is parked or about to be, so that it has to be unparked. */
    private volatile boolean parked;

    /** Touched by this thread only. */
    private boolean leaving;

    /** Aligned memory for reads that cannot go straight to their destination; made when first needed. */
    private @Nullable MemorySegment scratch;

    DeviceThread(Crew crew, String name, @Nullable Task first) {
        super(null, null, name, 0, false);
        this.crew = crew;
        this.handed = first;
        setDaemon(true);
        setContextClassLoader(null); // or the thread would keep the loader of whoever opened the store
    }

    /** Does nothing. */
    @Override
    public void interrupt() {}

    @Override
    public void run() {
        perform(awaitHanded());
        while (!leaving) {
            Task queued = crew.finished(this);
            perform(queued != null ? queued : awaitHanded());
        }
    }

    /** Ends this thread; called by it, from the last task. */
    void leave() {
        leaving = true;
    }

    /** A task tells its own failures; what comes out of it came from the completion it called, which must not throw. */
    private void perform(Task task) {
        try {
            task.run(this);
        } catch (OutOfMemoryError e) {
            while (!toldBroken(task, e)) {
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        } catch (Throwable t) {
            report(t);
        }
    }

    private boolean toldBroken(Task task, OutOfMemoryError error) {
        try {
            task.broken(error);
            return true;
        } catch (OutOfMemoryError e) {
            return false; // there may be memory a little later
        } catch (Throwable t) {
            report(t);
            return true;
        }
    }

    /**
     * Reports what a completion threw, which it must not: to the handler of uncaught exceptions. Never throws.
     *
     * @param t what it threw
     */
    public static void report(Throwable t) {
        Thread here = Thread.currentThread();
        try {
            here.getUncaughtExceptionHandler().uncaughtException(here, t);
        } catch (Throwable ignored) {
            // As the JVM does with a handler that throws. This thread goes on in any case: others wait for it.
        }
    }

    /** Gives this thread its next task. The caller has taken it out of the crew's idle threads. */
    void hand(Task task) {
        handed = task;
        if (parked) {
            LockSupport.unpark(this);
        }
    }

    private Task awaitHanded() {
        Task task = handed;
        if (task == null) {
            parked = true;
            for (task = handed; task == null; task = handed) {
                LockSupport.park(crew);
            }
            parked = false;
        }
        handed = null;
        return task;
    }

    /** {@return {@link #SCRATCH_BYTES} of memory of this thread, aligned for every file system} */
    public MemorySegment scratch() {
        MemorySegment memory = scratch;
        if (memory == null) {
            memory = Arena.ofAuto().allocate(SCRATCH_BYTES, 1 << 16);
            scratch = memory;
        }
        return memory;
    }
}

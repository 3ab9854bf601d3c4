package io.lss.faults.disk;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What outlives a process if nobody undoes it: mounts, loop devices, processes, files. Undone in reverse order when the JVM is
 * told to end, while the threads that use it may go on; so an undo may find that all or some of it has been done.
 */
public final class Leftovers {

    /** What is to be done without the owner, who may be in the middle of using it. */
    @FunctionalInterface
    public interface Undo {

        /**
         * Undoes it, as far as it has not been.
         *
         * @throws Exception if it cannot be undone
         */
        void run() throws Exception;
    }

    /** Something that must not happen by half. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    private static final Deque<Undo> ALL = new ArrayDeque<>();

    /** Shared: by who makes or unmakes something. Exclusive, and never released: by the end. */
    private static final ReentrantReadWriteLock ENDING = new ReentrantReadWriteLock();

    static {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(Leftovers::undoAll));
    }

    private Leftovers() {}

    /**
     * {@return what a step gives} The end does not come between what it makes and its registration, nor between what it takes
     * away and the end of that. When the end has come, this waits for it. Steps are short.
     */
    static <T> T wholly(Step<T> step) throws IOException {
        ENDING.readLock().lock();
        try {
            return step.run();
        } finally {
            ENDING.readLock().unlock();
        }
    }

    /**
     * Registers what is to be done when the JVM is told to end. Waits for the end if that has been told.
     *
     * @param undo what is to be done
     * @return {@code undo}
     */
    public static Undo add(Undo undo) {
        ENDING.readLock().lock();
        try {
            synchronized (ALL) {
                ALL.push(undo);
            }
        } finally {
            ENDING.readLock().unlock();
        }
        return undo;
    }

    /**
     * Nothing is left that {@code undo} would undo.
     *
     * @param undo what was registered
     */
    public static void remove(Undo undo) {
        synchronized (ALL) {
            ALL.remove(undo);
        }
    }

    private static void undoAll() {
        ENDING.writeLock().lock();
        List<Undo> all;
        synchronized (ALL) {
            all = List.copyOf(ALL);
            ALL.clear();
        }
        for (Undo each : all) {
            try {
                each.run();
            } catch (Exception e) {
                System.err.println("lss-faults: not undone: " + e);
            }
        }
    }
}

package io.lss.faults.disk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What outlives a process if nobody undoes it, such as a mount. Undone in reverse order when the JVM is told to end. */
final class Leftovers {

    /** What is to be done without the owner, who may be in the middle of using it. */
    @FunctionalInterface
    interface Undo {
        void run() throws Exception;
    }

    private static final Deque<Undo> ALL = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(Leftovers::undoAll));
    }

    private Leftovers() {}

    static synchronized Undo add(Undo undo) {
        ALL.push(undo);
        return undo;
    }

    static synchronized void remove(Undo undo) {
        ALL.remove(undo);
    }

    private static void undoAll() {
        List<Undo> all;
        synchronized (Leftovers.class) {
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

package io.lss.faults.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that do not outlive this JVM. */
public final class Processes {

    private static final int MOST_SECONDS = 20;

    private Processes() {}

    /** A process, and what kills it when this JVM is told to end. */
    public static final class Child {

        private final Process process;
        private final Leftovers.Undo undo;

        private Child(Process process) {
            this.process = process;
            this.undo = Leftovers.add(this::killAll);
        }

        /** {@return the process} */
        public Process process() {
            return process;
        }

        /** Kills it, as {@code kill -9} does, and all it has started, and waits until they are gone; they may be gone already. */
        public void kill() {
            killAll();
            Leftovers.remove(undo);
        }

        /** What it has started comes first: a tracer that dies lets its tracees go. */
        private void killAll() {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(each -> each.onExit().join());
        }
    }

    /**
     * {@return a process that has just been started}
     *
     * @param builder what starts it
     * @throws IOException if it cannot be started
     */
    public static Child start(ProcessBuilder builder) throws IOException {
        return Leftovers.wholly(() -> new Child(builder.start()));
    }

    /** {@return whether a process has ended, soon enough} */
    static boolean hasEnded(Process process) throws IOException {
        try {
            return process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

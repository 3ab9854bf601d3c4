package io.lss.bench.work;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends a process that gives no answer for so long that it never will: one contender that hangs must not hold up the others. */
public final class Patience implements AutoCloseable {

    /** A system property: for how many seconds to wait. No measurement of the suite takes a tenth of the default. */
    public static final String SECONDS = "lss.bench.patience";

    private static final int DEFAULT_SECONDS = 1_800;

    private final Process process;
    private final String name;
    private final int seconds = Integer.getInteger(SECONDS, DEFAULT_SECONDS);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean ranOut;

    /**
     * Waits from now on.
     *
     * @param process killed, with what it has started, if this is not closed in time
     * @param name for messages
     */
    public Patience(Process process, String name) {
        this.process = process;
        this.name = name;
        Thread.ofPlatform().daemon().name("patience with " + name).start(this::watch);
    }

    private void watch() {
        try {
            if (answered.await(seconds, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            return;
        }
        ranOut = true;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /**
     * Fails if the process was ended from here.
     *
     * @throws IOException naming it
     */
    public void check() throws IOException {
        if (ranOut) {
            process.onExit().join(); // killed, so it ends
            throw new IOException(name + " gave no answer in " + seconds + " s and was killed; -D" + SECONDS + "=SECONDS waits longer");
        }
    }

    /** It has answered. */
    @Override
    public void close() {
        answered.countDown();
    }
}

package io.lss.tck.sim;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Remembers what a completion was told. */
final class Outcome implements Completion {

    private volatile int times;
    private volatile long bytes = -1;
    private volatile @Nullable IOException failure;
    private volatile @Nullable Thread thread;

    @Override
    public synchronized void done(long written, @Nullable IOException why) {
        bytes = written;
        failure = why;
        thread = Thread.currentThread();
        times++;
    }

    int times() {
        return times;
    }

    boolean succeeded() {
        return times > 0 && failure == null;
    }

    boolean failed() {
        return times > 0 && failure != null;
    }

    long bytes() {
        return bytes;
    }

    @Nullable IOException failure() {
        return failure;
    }

    @Nullable Thread thread() {
        return thread;
    }
}

package io.lss.filechannel;

import io.lss.localfiles.crew.Crew;
import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Task;
import io.lss.localfiles.crew.Unexpected;
import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The syncs of one segment. At most one runs; those asked for meanwhile are gathered, and one sync that begins afterwards
 * serves them all: whatever had completed when any of them was asked for has completed when it begins (F3).
 *
 * <p>One at a time also because the system reports a failed write-back once per open file: of two concurrent syncs only one
 * would hear of it, and the other would succeed although data is lost. For the same reason a failed sync is the last: all
 * later ones fail with its failure, without asking the system again (F4).
 */
final class SyncQueue {

    /** What a sync does. */
    @FunctionalInterface
    interface Body {
        void sync() throws IOException;
    }

    /** A sync, and the one that came before it. */
    private record Waiter(Completion completion, @Nullable Waiter earlier) {}

    private final Crew crew;
    private final Body body;
    private final FileSegment segment;

    /** In the crew's hands while {@link #scheduled}, so at most once. */
    private final SyncTask task = new SyncTask();

    /** Guards what is below. */
    private final Object lock = new Object();

    /** The sync that came last; null if none waits. */
    private @Nullable Waiter waiting;

    /** The sync that came last of those that the task is serving; null if it serves none. */
    private @Nullable Waiter served;

    private boolean scheduled;

    /** Written by a run of the task, read by the next: {@link #lock} lies between them. */
    private @Nullable IOException firstFailure;

    SyncQueue(Crew crew, FileSegment segment, Body body) {
        this.crew = crew;
        this.segment = segment;
        this.body = body;
    }

    /** Adds a sync. */
    void add(Completion completion) {
        synchronized (lock) {
            waiting = new Waiter(completion, waiting);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        crew.offer(task);
    }

    /** Those that wait are served by a sync that begins after this. */
    private void takeWaiting() {
        synchronized (lock) {
            served = waiting;
            waiting = null;
        }
    }

    /** Takes one of those that are served. */
    private @Nullable Waiter nextServed() {
        synchronized (lock) {
            Waiter last = served;
            served = last == null ? null : last.earlier();
            return last;
        }
    }

    /** {@return whether more have come, so that the task is needed again} */
    private boolean goesOn() {
        synchronized (lock) {
            scheduled = waiting != null;
            return scheduled;
        }
    }

    private final class SyncTask extends Task {

        @Override
        public void run(DeviceThread thread) {
            takeWaiting();
            IOException failure = firstFailure;
            if (failure == null) {
                try {
                    body.sync();
                } catch (IOException e) {
                    failure = e;
                } catch (Throwable t) {
                    failure = Unexpected.asFailure("sync", t);
                }
                firstFailure = failure;
            }
            tell(failure);
            if (goesOn()) {
                crew.offerMore(this);
            }
        }

        @Override
        public void broken(OutOfMemoryError error) {
            if (firstFailure == null) {
                // Whether it has succeeded nobody knows any more.
                firstFailure = Unexpected.asFailure("sync", error);
            }
            tell(firstFailure);
            if (goesOn()) {
                crew.offerMore(this);
            }
        }

        @Override
        public void refuse(String why) {
            IOException failure = segment.refused("sync", why);
            do {
                takeWaiting();
                tell(failure);
            } while (goesOn());
        }

        private void tell(@Nullable IOException failure) {
            for (Waiter waiter = nextServed(); waiter != null; waiter = nextServed()) {
                try {
                    waiter.completion().done(0, failure);
                } catch (Throwable t) {
                    DeviceThread.report(t); // and the others are told all the same
                }
            }
        }
    }
}

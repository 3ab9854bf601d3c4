package io.lss.localfiles.crew;

import org.jspecify.annotations.Nullable;

/** One piece of work for a {@link Crew}: exactly one of {@link #run} and {@link #refuse} is called, once. */
public abstract class Task {

    /** A task that waits in no queue yet. */
    protected Task() {}

    /** The next in the crew's queue; guarded by the crew's lock. */
    @Nullable Task next;

    /**
     * Does the work, on a thread of the crew, and tells whoever has to know how it ended.
     *
     * @param thread the one that it runs on
     */
    public abstract void run(DeviceThread thread);

    /**
     * The work will not be done, because the crew is closed or has no thread. Tells whoever has to know. Called on any
     * thread.
     *
     * @param why for people
     */
    public abstract void refuse(String why);
}

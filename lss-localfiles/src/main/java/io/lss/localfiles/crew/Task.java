package io.lss.localfiles.crew;

import org.jspecify.annotations.Nullable;

/** One piece of work for a {@link Crew}: exactly one of {@link #run} and {@link #refuse} is called, once, and perhaps {@link #broken} after run. */
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
     * {@link #run} was broken off by an OutOfMemoryError, anywhere: it may come out of a method that handles every exception,
     * because the JVM may find no memory for the frame itself. Tells whoever has to know and has not been told. Called until it does not throw.
     *
     * @param error what came out
     */
    public abstract void broken(OutOfMemoryError error);

    /**
     * The work will not be done, because the crew is closed or has no thread. Tells whoever has to know. Called on any
     * thread.
     *
     * @param why for people
     */
    public abstract void refuse(String why);
}

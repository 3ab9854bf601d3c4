package io.lss.localfiles.crew;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A transfer whose end a completion is told, once (F2), whatever comes in between. */
public abstract class ToldTask extends Task {

    private final String operation;
    private final Completion completion;

    /** Touched by the thread that does it. */
    private boolean told;

    /**
     * A transfer.
     *
     * @param operation its name, for messages
     * @param completion told when it has ended
     */
    protected ToldTask(String operation, Completion completion) {
        this.operation = operation;
        this.completion = completion;
    }

    /**
     * Does it.
     *
     * @param thread the one that it runs on
     * @return how many bytes were transferred
     * @throws IOException if it failed
     */
    protected abstract long transfer(DeviceThread thread) throws IOException;

    /**
     * {@return the failure of a transfer that will not be done}
     *
     * @param why for people
     */
    protected abstract IOException refusal(String why);

    @Override
    public final void run(DeviceThread thread) {
        long bytes = 0;
        IOException failure = null;
        try {
            bytes = transfer(thread);
        } catch (IOException e) {
            failure = e;
        } catch (Throwable t) {
            failure = Unexpected.asFailure(operation, t);
        }
        tell(bytes, failure);
    }

    private void tell(long bytes, @Nullable IOException failure) {
        told = true; // before: what a completion throws is its own business, and it is not told again
        try {
            completion.done(bytes, failure);
        } catch (Throwable t) {
            DeviceThread.report(t);
        }
    }

    @Override
    public final void broken(OutOfMemoryError error) {
        if (!told) {
            tell(0, Unexpected.asFailure(operation, error));
        }
    }

    @Override
    public final void refuse(String why) {
        completion.done(0, refusal(why));
    }
}

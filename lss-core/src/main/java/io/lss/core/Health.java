package io.lss.core;

import io.lss.api.StoreClosedException;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store still works: OPEN, then CLOSING or FAILED, then CLOSED. The first failure is kept for good.
 *
 * <p>All access is volatile: it is off the hot path (looked at when a buffer is found sealed, and by waiters).
 */
final class Health {

    private static final VarHandle FAILURE;

    static {
        try {
            FAILURE = MethodHandles.lookup().findVarHandle(Health.class, "failure", Failure.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What failed first, and where stability ended. */
    record Failure(String what, long stableLsn, Throwable cause) {}

    private final URI location;
    private final String store;
    private volatile boolean closing;
    private volatile boolean closed;
    private volatile @Nullable Failure failure;

    /** For a failure that there is no memory to tell: it claims nothing. */
    private final Failure lastResort =
            new Failure("out of memory", 0, new OutOfMemoryError("there was none left to keep the failure itself"));

    /** The health of the store at a location, for the messages. */
    Health(URI location) {
        this.location = location;
        this.store = nameOf(location);
    }

    /** {@return the store's name in events} */
    String store() {
        return store;
    }

    /** {@return a store's name in events: its location, the same whether or not the directory was there when somebody made a URI of its path} */
    static String nameOf(URI location) {
        String name = location.toString();
        return name.length() > 1 && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** {@return the exception, now saying which store it is about} */
    <X extends StoreException> X located(X exception) {
        exception.at(location);
        return exception;
    }

    /** Keeps the first failure. Never throws. {@return whether this was it} */
    boolean fail(String what, long stableLsn, Throwable cause) {
        Failure fresh;
        try {
            fresh = new Failure(what, stableLsn, cause);
        } catch (Throwable t) {
            fresh = lastResort;
        }
        return FAILURE.compareAndSet(this, null, fresh);
    }

    void beginClosing() {
        closing = true;
    }

    void endClosing() {
        closed = true;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return whether no buffer is opened any more} */
    boolean isOver() {
        return closing || failure != null;
    }

    boolean isFailed() {
        return failure != null;
    }

    @Nullable Failure failure() {
        return failure;
    }

    /** {@return a new exception for this caller, or null while the store is open} */
    @Nullable StoreException trouble() {
        Failure first = failure;
        if (first != null) {
            return failed(first);
        }
        return closing || closed ? closed() : null;
    }

    StoreClosedException closed() {
        return located(new StoreClosedException("the store is closed; open it again to go on"));
    }

    /** Throws unless the store is open. */
    void check() throws StoreException {
        StoreException trouble = trouble();
        if (trouble != null) {
            throw trouble;
        }
    }

    /** Throws if reading is not possible any more; a failed store can still be read. */
    void checkReadable() throws StoreException {
        if (closing || closed) {
            throw located(new StoreClosedException("the store is closed; open it again to read"));
        }
    }

    StoreFailedException failed(Failure first) {
        return located(new StoreFailedException(
                first.what() + "; the store has failed for good, records below LSN " + first.stableLsn()
                        + " are stable: close it, mend the cause, open it again",
                first.stableLsn(),
                first.cause()));
    }
}

package io.lss.api;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong with a store and is not the caller's misuse (that is {@link IllegalArgumentException} or
 * {@link IllegalStateException}). The message says what, where and what to do. Where what to do is something for a program, such as to open in another
 * mode or to call a method, it is also had apart, as {@link #advice()}: whoever shows the failure to a person puts other words after the {@link #problem()}.
 * Sealed, so that a {@code switch} can be complete.
 *
 * <p>An I/O failure that says nothing about the store itself (a disk that cannot be read while opening) is a plain
 * {@link IOException}: it is neither corruption nor an empty store.
 */
public abstract sealed class StoreException extends IOException
        permits StoreClosedException,
                StoreFailedException,
                StoreCorruptException,
                StoreLockedException,
                StoreFencedException,
                StoreFullException,
                StoreLocationException,
                StoreVersionException,
                StoreInterruptedException,
                NoProviderException {

    private static final long serialVersionUID = 1L;

    /** Which store this is about; null if it is not known. */
    private @Nullable URI location;

    /** What is wrong, and where. */
    private final String problem;

    /** What a program can do about it; empty if the problem says what to do. */
    private final String advice;

    StoreException(String message, @Nullable Throwable cause) {
        this(message, "", cause);
    }

    StoreException(String problem, String advice, @Nullable Throwable cause) {
        super(advice.isEmpty() ? problem : problem + "; " + advice, cause);
        this.problem = problem;
        this.advice = advice;
    }

    /**
     * Says which store this is about. For engines; the first to say so is believed.
     *
     * @param where the store's location
     * @return this
     */
    public final StoreException at(URI where) {
        if (location == null) {
            location = where;
        }
        return this;
    }

    /** {@return the location of the store this is about, if that is known} */
    public final Optional<URI> location() {
        return Optional.ofNullable(location);
    }

    /** {@return what, where and what to do; it ends with the store's location unless it names that anyway} */
    @Override
    public String getMessage() {
        return located(String.valueOf(super.getMessage()));
    }

    /** {@return the message without the {@link #advice}} */
    public final String problem() {
        return located(problem);
    }

    /** {@return what a program can do about it; empty if there is nothing of that kind: then the {@link #problem} is the whole message} */
    public final String advice() {
        return advice;
    }

    private String located(String message) {
        URI where = location;
        if (where == null || message.contains(where.toString())) {
            return message;
        }
        String path = where.getPath();
        return path != null && path.length() > 1 && message.contains(path.substring(0, path.length() - 1))
                ? message
                : message + " [store " + where + "]";
    }
}

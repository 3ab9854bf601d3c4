package io.lss.api;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong with a store and is not the caller's misuse (that is {@link IllegalArgumentException} or
 * {@link IllegalStateException}). The message says what, where and what to do. Sealed, so that a {@code switch} can be
 * complete.
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

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
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
        String message = String.valueOf(super.getMessage());
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

package io.lss.api;

import java.io.IOException;
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

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.lss.api;

import org.jspecify.annotations.Nullable;

/**
 * A write or sync failed, so the store failed, for good: no append, no wait for stability succeeds any more. What is below
 * {@link #stableLsn()} is safe; what is above is unknown until the store is opened again. The cause is the first failure in
 * log order, not in order of arrival.
 */
public final class StoreFailedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Where stability ended. */
    private final long stableLsn;

    /**
     * The store failed.
     *
     * @param message what failed, where, and what to do
     * @param stableLsn the stable watermark, for good
     * @param cause the first failure
     */
    public StoreFailedException(String message, long stableLsn, @Nullable Throwable cause) {
        super(message, cause);
        this.stableLsn = stableLsn;
    }

    /** {@return the stable watermark at the failure; records below it are safe} */
    public long stableLsn() {
        return stableLsn;
    }
}

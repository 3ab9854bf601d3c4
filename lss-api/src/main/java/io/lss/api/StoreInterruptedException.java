package io.lss.api;

/**
 * The thread was interrupted while it waited for space in the ring or for stability. The interrupt status is still set.
 * Nothing was reserved or appended by an interrupted {@code reserve} or {@code append}; records appended before are not
 * affected, and become stable as they would have.
 */
public final class StoreInterruptedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * An interrupted wait.
     *
     * @param message what was waited for
     */
    public StoreInterruptedException(String message) {
        super(message, null);
    }
}

package io.lss.cli.frame;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.net.URI;

/**
 * Opens a store whose segment size is not known: flush buffers must be at most half a segment, and at least four blocks, and
 * what suits is found by trying. Only options are refused in this way, before anything has been changed.
 */
final class OpenedStore {
    /** In bytes, in the order in which they are tried. */
    private static final int[] BUFFER_SIZES = {1 << 20, 256 << 10, 64 << 10, StoreOptions.MIN_BUFFER_SIZE};

    private OpenedStore() {}

    /** Opens a store with the options given; a failure knows its place, from which its exit code may have to be found. */
    static LogStructuredStore open(URI location, StoreOptions options) throws IOException {
        try {
            return LogStructuredStore.open(location, options);
        } catch (StoreFullException e) {
            throw new StoreFullException(
                    e.getMessage()
                            + "; opening a store, also to read or to trim it, begins one more segment. Nothing is lost: free that much on this file"
                            + " system, or copy the directory to a larger one, and type it again. 'lss stat' and 'lss tail' need no space",
                    e)
                    .at(location);
        } catch (StoreException e) {
            throw e.at(location);
        }
    }

    static LogStructuredStore open(URI location, StoreOptions.Builder options) throws IOException {
        IllegalArgumentException first = null;
        for (int bytes : BUFFER_SIZES) {
            try {
                return open(location, options.bufferSize(bytes).build());
            } catch (IllegalArgumentException e) {
                if (first == null) {
                    first = e;
                }
            }
        }
        throw first == null ? new IllegalStateException("no buffer size was tried") : first;
    }
}

package io.lss.cli.frame;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

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
                    e.problem()
                            + "; opening a store, also to read or to trim it, begins one more segment. Nothing is lost: free that much on this file"
                            + " system, or copy the directory to a larger one, and type it again. 'lss stat' and 'lss tail' need no space",
                    e)
                    .at(location);
        } catch (StoreLocationException e) {
            throw isReadable(location) ? toRead(e).at(location) : e.at(location);
        } catch (StoreException e) {
            throw e.at(location);
        }
    }

    /** Whether a store is there, and what is in the way may be that nothing can be written. */
    private static boolean isReadable(URI location) {
        Path path = Path.of(location);
        return !Files.isWritable(path) && (Files.isReadable(path.resolve("root-0")) || Files.isReadable(path.resolve("root-1")));
    }

    private static StoreLocationException toRead(StoreLocationException e) {
        return new StoreLocationException(
                e.getMessage() + ". Without writing it can be read: by 'lss tail --from 0', 'lss verify', 'lss dump', 'lss salvage'", e);
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

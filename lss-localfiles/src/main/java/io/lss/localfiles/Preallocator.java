package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.Path;

/** How a provider makes the file of a new segment: by writing zeros, by asking the system for space, or sparse. */
@FunctionalInterface
public interface Preallocator {

    /**
     * Makes a file. On return it has its full size, and that survives power loss; its name need not. After a failure the
     * caller removes what is there.
     *
     * @param file a path at which nothing is
     * @param bytes how long the file has to be
     * @throws IOException if there is no space, or the medium fails
     */
    void make(Path file, long bytes) throws IOException;
}

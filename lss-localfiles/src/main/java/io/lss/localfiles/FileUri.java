package io.lss.localfiles;

import io.lss.api.StoreLocationException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.Locale;

/** Locations of local stores: {@code file:} URIs. */
public final class FileUri {

    private static final String SCHEME = "file";

    private FileUri() {}

    /**
     * {@return whether the location is on the local file system}
     *
     * @param location any URI
     */
    public static boolean isLocal(URI location) {
        String scheme = location.getScheme();
        return scheme != null && scheme.toLowerCase(Locale.ROOT).equals(SCHEME);
    }

    /**
     * {@return the path of a location}
     *
     * @param location a {@code file:} URI
     * @throws StoreLocationException if it is none, or has parts a file's URI must not have
     */
    public static Path toPath(URI location) throws StoreLocationException {
        if (!isLocal(location)) {
            throw new StoreLocationException("location " + location
                    + " is not on the local file system; give a path or a URI that begins with file:");
        }
        try {
            return Path.of(location).toAbsolutePath();
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new StoreLocationException(
                    "location " + location + " does not name a directory (" + e.getMessage()
                            + "); write it like file:///var/lib/store",
                    e);
        }
    }
}

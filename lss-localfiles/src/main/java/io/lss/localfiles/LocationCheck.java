package io.lss.localfiles;

import io.lss.api.StoreLocationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a location is one at which a store can be opened, and the making of its directory.
 *
 * <table>
 *   <caption>What is found, and what is done</caption>
 *   <tr><th>the location</th><th>open existing</th><th>open or create</th><th>create new</th></tr>
 *   <tr><td>holds a root copy or a segment</td><td>open</td><td>open</td><td>refuse</td></tr>
 *   <tr><td>is empty, but for a lock file, measurements and leftovers</td><td>refuse</td><td>create</td><td>create</td></tr>
 *   <tr><td>holds something else</td><td>refuse</td><td>refuse</td><td>refuse</td></tr>
 *   <tr><td>is missing, its parent is there</td><td>refuse</td><td>create</td><td>create</td></tr>
 *   <tr><td>is missing like its parent, is no directory, or is not accessible</td>
 *       <td>refuse</td><td>refuse</td><td>refuse</td></tr>
 * </table>
 */
final class LocationCheck {

    private final Path location;
    private final boolean create;
    private final boolean mustCreate;

    LocationCheck(Path location, boolean create, boolean mustCreate) {
        this.location = location;
        this.create = create || mustCreate;
        this.mustCreate = mustCreate;
    }

    /** Makes the directory if it is missing and may be made. On return it is there. */
    void makeDirectory() throws IOException {
        if (Files.isDirectory(location)) {
            return;
        }
        if (Files.exists(location)) {
            throw refuse("is not a directory; a store is a directory: give the path of one, or of one to be created");
        }
        if (Files.isSymbolicLink(location)) {
            throw refuse("is a symbolic link that leads nowhere; remove it, or create the directory it leads to");
        }
        if (!create) {
            throw vacant("does not exist");
        }
        Path parent = location.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw refuse("does not exist, and neither does the directory " + parent
                    + " in which it would be created; create that one first, or correct the path");
        }
        try {
            Files.createDirectory(location);
        } catch (FileAlreadyExistsException e) {
            // Somebody else was faster; the lock decides who goes on.
        } catch (AccessDeniedException e) {
            throw refuse("cannot be created: no permission to write to " + parent
                    + "; change its permissions, or create the directory as somebody who may", e);
        } catch (IOException e) {
            throw refuse("cannot be created (" + e.getMessage() + "); check the file system at " + parent, e);
        }
        DirectorySync.of(parent);
    }

    /** Checks what is in the directory, and whether it may be written. */
    Inventory checkContent() throws IOException {
        Inventory inventory = checkReadable();
        if (!Files.isWritable(location)) {
            throw refuse("is not writable; check its permissions, and whether the file system is mounted read-only");
        }
        return inventory;
    }

    /** Checks what is in the directory. */
    Inventory checkReadable() throws IOException {
        Inventory inventory;
        try {
            inventory = Inventory.of(location);
        } catch (AccessDeniedException e) {
            throw refuse("cannot be read: no permission; run as the owner of the store, or change its permissions", e);
        }
        if (!inventory.isStore()) {
            if (!inventory.foreign().isEmpty()) {
                throw refuse("is not empty and not a store (it holds " + inventory.someForeign()
                        + "); give an empty directory, or one that is to be created");
            }
            if (!create) {
                throw vacant("is empty: there is no store");
            }
        } else if (mustCreate) {
            throw refuse("holds a store already; open it in a mode that takes an existing one, or give another path");
        }
        return inventory;
    }

    private StoreLocationException vacant(String why) {
        return StoreLocationException.vacant(
                "location " + location + " " + why, "check the path, or open it in a mode that creates a store");
    }

    private StoreLocationException refuse(String why) {
        return new StoreLocationException("location " + location + " " + why);
    }

    private StoreLocationException refuse(String why, Throwable cause) {
        return new StoreLocationException("location " + location + " " + why, cause);
    }
}

package io.lss.cli.doctor;

import io.lss.cli.ExitCode;
import io.lss.cli.Explanation;
import io.lss.cli.text.Quantity;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The location: what is there, on which file system, and how much space. Reads only. */
final class Place {

    private final Path path;

    Place(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    /** {@return the location, or the nearest directory above it; null if there is none} */
    @Nullable Path nearestDirectory() {
        Path at = path;
        while (at != null && !Files.isDirectory(at)) {
            at = at.getParent();
        }
        return at;
    }

    /** {@return whether files of a store are there} */
    boolean holdsStore() {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> name.matches("root-[01]|seg-[0-9a-f]{16}\\.lss"));
        } catch (IOException e) {
            // It cannot be listed; opening it will say why.
            return false;
        }
    }

    /** {@return how many bytes the files there have; -1 if they cannot be listed} */
    long bytes() {
        try (Stream<Path> files = Files.list(path)) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                sum += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
            }
            return sum;
        } catch (IOException e) {
            return -1;
        }
    }

    /** {@return how many bytes can still be written there; {@link Long#MAX_VALUE} if that is not known} */
    long usable() {
        try {
            FileStore store = Files.getFileStore(path);
            return store.getTotalSpace() > 0 ? store.getUsableSpace() : Long.MAX_VALUE;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    void tell(Chart chart) {
        chart.begin("location", "location " + path);
        chart.tell("path", path.toString(), "", "");
        chart.tell("state", "is", state());
        if (!holdsStore() && !advice().isEmpty()) {
            chart.tell("advice", "what to do", advice());
        }
        Path directory = nearestDirectory();
        if (directory != null) {
            fileSystem(chart, directory);
        }
        chart.end();
    }

    /** {@return how a place without a store is, as an exit code: well if it is an empty directory in which one can be made} */
    ExitCode verdict() {
        if (!Files.isDirectory(path)) {
            return ExitCode.NO_STORE;
        }
        if (!Files.isReadable(path) || !Files.isWritable(path)) {
            return ExitCode.NO_PERMISSION;
        }
        return others().isEmpty() ? ExitCode.OK : ExitCode.NO_STORE;
    }

    /** {@return what to do so that there is a store; empty if there is nothing to be typed} */
    private String advice() {
        Path parent = path.getParent();
        if (Files.isDirectory(path) ? !Files.isReadable(path) || !Files.isWritable(path) : parent != null && !Files.isDirectory(parent)) {
            return "";
        }
        boolean canBeMade = Files.isDirectory(path) ? others().isEmpty() : !Files.exists(path) && parent != null && Files.isWritable(parent);
        return canBeMade ? "check the path, or make a store there: lss append --create " + Explanation.word(path) : "give another path";
    }

    private String state() {
        if (Files.isDirectory(path)) {
            if (!Files.isReadable(path)) {
                return "a directory that this user may not read; look as the owner of the store, or change its permissions";
            }
            String what = holdsStore()
                    ? "a directory with a store"
                    : others().isEmpty()
                            ? "an empty directory: a store can be made in it"
                            : "a directory with other things in it (" + others() + "): a store needs an empty one, or one to be made";
            return what + (Files.isWritable(path) ? "" : "; not writable by this user");
        }
        if (Files.exists(path)) {
            return "no directory; a store is one";
        }
        Path parent = path.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return "missing, like the directory " + parent + " in which it would be made: create that one first";
        }
        return "missing; it can be made"
                + (Files.isWritable(parent) ? "" : " by who may write to " + parent + ", which this user may not");
    }

    /** {@return up to three names that are not a store's; empty if there are none} */
    private String others() {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.matches("LOCK|measured|lost\\+found|.*\\.tmp|spare-.*"))
                    .sorted()
                    .limit(3)
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            return "cannot be listed";
        }
    }

    /** {@return whether two directories are on one file system, as far as can be told} */
    static boolean onOneFileSystem(Path one, Path other) {
        try {
            return Files.getFileStore(one).equals(Files.getFileStore(other));
        } catch (IOException e) {
            return false;
        }
    }

    private static void fileSystem(Chart chart, Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            String type = store.type();
            boolean memory = type.equals("tmpfs") || type.equals("ramfs");
            chart.tell("fileSystem", type, "file system", type + " (" + store.name() + ")" + (store.isReadOnly() ? ", READ-ONLY" : "")
                    + (memory ? ": in memory, forgotten when the machine stops" : ""));
            chart.tell("freeBytes", store.getUsableSpace(), "free", Quantity.bytes(store.getUsableSpace()) + " of "
                    + Quantity.bytes(store.getTotalSpace()));
        } catch (IOException e) {
            chart.tell("fileSystem", "file system", "not known: " + e.getMessage());
        }
    }
}

package io.lss.cli.doctor;

import io.lss.cli.text.Quantity;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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

    void tell(Chart chart) {
        chart.begin("location", "location " + path);
        chart.tell("path", path.toString(), "", "");
        chart.tell("state", "is", state());
        Path directory = nearestDirectory();
        if (directory != null) {
            fileSystem(chart, directory);
        }
        chart.end();
    }

    private String state() {
        if (Files.isDirectory(path)) {
            return (holdsStore() ? "a directory with a store" : isEmpty() ? "an empty directory" : "a directory without a store")
                    + (Files.isWritable(path) ? "" : ", and not writable");
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

    private boolean isEmpty() {
        try (Stream<Path> files = Files.list(path)) {
            return files.findFirst().isEmpty();
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

package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a directory holds, by name.
 *
 * @param hasRoot whether there is a root copy
 * @param segments the numbers of the segments, ascending
 * @param leftovers names of files that an owner which is gone was making or keeping for itself
 * @param foreign names that are not a store's
 */
record Inventory(boolean hasRoot, List<Long> segments, List<String> leftovers, List<String> foreign) {

    /**
     * Reads a directory.
     *
     * @throws IOException if it, or what a root copy or a segment is, cannot be read; or if one of these is no file. What
     *     cannot be read is there: a store without it would be taken for a damaged one, or for none.
     */
    static Inventory of(Path directory) throws IOException {
        boolean hasRoot = false;
        List<Long> segments = new ArrayList<>();
        List<String> leftovers = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                switch (FileNames.kindOf(name)) {
                    case ROOT -> hasRoot |= isFile(entry);
                    case SEGMENT -> {
                        if (isFile(entry)) {
                            segments.add(FileNames.segmentNumber(name).orElseThrow());
                        }
                    }
                    case TEMPORARY, SPARE -> leftovers.add(name);
                    case FOREIGN -> foreign.add(name);
                    case LOCK, MEASUREMENT, SYSTEM -> {}
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        segments.sort(null);
        foreign.sort(null);
        return new Inventory(hasRoot, List.copyOf(segments), List.copyOf(leftovers), List.copyOf(foreign));
    }

    /** {@return whether it is there as a file; it is not if an owner removed it since the directory was read} */
    private static boolean isFile(Path entry) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return false;
        }
        if (!attributes.isRegularFile()) {
            String kind = attributes.isDirectory()
                    ? "a directory"
                    : attributes.isSymbolicLink() ? "a symbolic link" : "a special file";
            throw new FileSystemException(
                    entry.toString(),
                    null,
                    "is " + kind + " where the store has a file; move it away and put the store's file back in its place");
        }
        return true;
    }

    /** {@return whether a store is here, or what is left of one} */
    boolean isStore() {
        return hasRoot || !segments.isEmpty();
    }

    /** {@return up to a few of the foreign names, for a message} */
    String someForeign() {
        int shown = Math.min(3, foreign.size());
        return String.join(", ", foreign.subList(0, shown)) + (shown < foreign.size() ? ", ..." : "");
    }

    /** {@return the numbers of the segments, ascending} */
    long[] segmentNumbers() {
        long[] numbers = segments.stream().mapToLong(Long::longValue).toArray();
        assert Arrays.stream(numbers).allMatch(n -> n >= 0);
        return numbers;
    }
}

package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Reads a directory. */
    static Inventory of(Path directory) throws IOException {
        boolean hasRoot = false;
        List<Long> segments = new ArrayList<>();
        List<String> leftovers = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                switch (FileNames.kindOf(name)) {
                    case ROOT -> hasRoot = true;
                    case SEGMENT -> segments.add(FileNames.segmentNumber(name).orElseThrow());
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

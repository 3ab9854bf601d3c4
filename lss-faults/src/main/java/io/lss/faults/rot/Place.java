package io.lss.faults.rot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory into which images are put, one after the other. One thread's. */
final class Place {

    private final Path directory;

    Place(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    Path directory() {
        return directory;
    }

    /** Makes these the files of the store, and removes all others. */
    void put(Map<String, byte[]> files) throws IOException {
        for (Path file : list()) {
            if (!files.containsKey(file.getFileName().toString())) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            Path file = directory.resolve(each.getKey());
            if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), each.getValue())) {
                Files.write(file, each.getValue());
            }
        }
    }

    /** Writes one file. */
    void put(String file, byte[] content) throws IOException {
        Files.write(directory.resolve(file), content);
    }

    /** Removes one file, if it is there. */
    void remove(String file) throws IOException {
        Files.deleteIfExists(directory.resolve(file));
    }

    /** {@return root copies and segments, by name} The lock file and what providers measure are no part of a store. */
    Map<String, byte[]> content() throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        for (Path file : list()) {
            String name = file.getFileName().toString();
            if (StoreImage.isRoot(name) || StoreImage.isSegment(name)) {
                content.put(name, Files.readAllBytes(file));
            }
        }
        return content;
    }

    private Iterable<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** {@return the first file in which two stores differ; empty if they are the same} */
    static String difference(Map<String, byte[]> one, Map<String, byte[]> other) {
        for (Map.Entry<String, byte[]> each : one.entrySet()) {
            byte[] twin = other.get(each.getKey());
            if (twin == null) {
                return each.getKey() + " is gone";
            }
            int at = Arrays.mismatch(each.getValue(), twin);
            if (at >= 0) {
                return each.getKey() + " differs from byte " + at + " on";
            }
        }
        for (String name : other.keySet()) {
            if (!one.containsKey(name)) {
                return name + " has come";
            }
        }
        return "";
    }
}

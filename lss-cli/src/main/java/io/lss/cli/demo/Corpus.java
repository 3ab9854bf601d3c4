package io.lss.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files whose bytes are loaded, in an order that is the same for everybody who is told the list. Together they
 * are one run of bytes from 0 to {@link #bytes}, and it is taken round and round.
 */
final class Corpus {
    /**
     * A file as it was found.
     *
     * @param path where
     * @param length in bytes; at least 1
     * @param modified its time of modification, in milliseconds since 1970
     */
    record SourceFile(Path path, long length, long modified) {}

    private final List<SourceFile> files;
    private final int unreadable;
    private final long[] starts;

    private Corpus(List<SourceFile> files, int unreadable) {
        this.files = List.copyOf(files);
        this.unreadable = unreadable;
        starts = new long[files.size() + 1];
        for (int i = 0; i < files.size(); i++) {
            starts[i + 1] = starts[i] + files.get(i).length();
        }
    }

    /**
     * {@return regular files of a directory and of those below it, each directory in the order of its names}
     *
     * @param directory where
     * @param enough stops when the files found have this many bytes
     */
    static Corpus of(Path directory, long enough) throws IOException {
        Search search = new Search(enough);
        search.directory(directory);
        return new Corpus(search.found, search.unreadable);
    }

    /** {@return the large files of the Java run time: its modules, and its sources if they are there} */
    static Corpus ofJdk() throws IOException {
        Path lib = Path.of(System.getProperty("java.home"), "lib");
        Search search = new Search(Long.MAX_VALUE);
        for (String name : List.of("modules", "src.zip")) {
            // Distributions put a link there.
            Path file = lib.resolve(name);
            if (Files.exists(file)) {
                search.file(file.toRealPath());
            }
        }
        return new Corpus(search.found, search.unreadable);
    }

    /** {@return the files listed by {@link #save}} */
    static Corpus load(Path list) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            String[] fields = line.split(" ", 3);
            files.add(new SourceFile(
                    Path.of(URI.create(fields[2])), Long.parseLong(fields[0]), Long.parseLong(fields[1])));
        }
        return new Corpus(files, 0);
    }

    /** Lists the files for another process. As URIs, which keep names that the character set in use cannot express. */
    void save(Path list) throws IOException {
        try (Stream<SourceFile> all = files.stream()) {
            Files.write(
                    list,
                    all.map(file -> file.length() + " " + file.modified() + " " + file.path().toUri())
                            .toList());
        }
    }

    List<SourceFile> files() {
        return files;
    }

    /** {@return how many files were passed over because they cannot be read} */
    int unreadable() {
        return unreadable;
    }

    /** {@return the length of all files together} */
    long bytes() {
        return starts[files.size()];
    }

    /** {@return the index of the file that holds a byte} */
    int fileAt(long position) {
        int low = 0;
        int high = files.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** {@return the position of a file's first byte} */
    long startOf(int file) {
        return starts[file];
    }

    /** {@return a file that is no longer what it was when it was found, or null} */
    @Nullable Path changed() {
        for (SourceFile file : files) {
            try {
                if (!SourceFileState.of(file.path()).equals(new SourceFileState(file.length(), file.modified()))) {
                    return file.path();
                }
            } catch (IOException e) {
                return file.path();
            }
        }
        return null;
    }

    /** What tells that a file was changed. */
    private record SourceFileState(long length, long modified) {
        static SourceFileState of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new SourceFileState(now.size(), now.lastModifiedTime().toMillis());
        }
    }

    /** Depth first, so that it can stop early in a large tree and still finds the same files each time. */
    private static final class Search {
        private final List<SourceFile> found = new ArrayList<>();
        private long wanted;
        private int unreadable;

        Search(long enough) {
            wanted = enough;
        }

        void directory(Path directory) throws IOException {
            List<Path> children = new ArrayList<>();
            try (DirectoryStream<Path> listed = Files.newDirectoryStream(directory)) {
                listed.forEach(children::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            Collections.sort(children);
            for (Path child : children) {
                if (wanted <= 0) {
                    return;
                }
                try {
                    if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                        directory(child);
                    } else {
                        file(child);
                    }
                } catch (AccessDeniedException e) {
                    unreadable++;
                } catch (NoSuchFileException gone) {
                    // After it was listed: then it is none of the data.
                }
            }
        }

        void file(Path file) throws IOException {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile() || attributes.size() == 0) {
                return;
            }
            if (!Files.isReadable(file)) {
                unreadable++;
                return;
            }
            found.add(new SourceFile(
                    file, attributes.size(), attributes.lastModifiedTime().toMillis()));
            wanted -= attributes.size();
        }
    }
}

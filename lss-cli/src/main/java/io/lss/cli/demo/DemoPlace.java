package io.lss.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The directories of one run: the store's, and one for what the two processes tell each other. */
final class DemoPlace {
    private static final String PREFIX = "lss-demo-";

    private final Path scratch;
    private final Path store;
    private final boolean storeExisted;
    private boolean keepStore;

    private DemoPlace(Path scratch, Path store, boolean storeExisted) {
        this.scratch = scratch;
        this.store = store;
        this.storeExisted = storeExisted;
    }

    /** {@return new directories} */
    static DemoPlace create(@Nullable Path chosen) throws IOException {
        Path scratch = Files.createTempDirectory(temporary(), PREFIX);
        Path store = chosen == null ? scratch.resolve("store") : chosen.toAbsolutePath().normalize();
        return new DemoPlace(scratch, store, Files.exists(store));
    }

    /** The usual place, unless that is memory and there is one on a disk: this is about what survives. */
    private static Path temporary() throws IOException {
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        Path lasting = Path.of("/var/tmp");
        return isMemory(usual) && Files.isWritable(lasting) && !isMemory(lasting) ? lasting : usual;
    }

    private static boolean isMemory(Path directory) throws IOException {
        return List.of("tmpfs", "ramfs").contains(Files.getFileStore(directory).type());
    }

    Path store() {
        return store;
    }

    /** {@return where the two processes leave what the other must know} */
    Path scratch() {
        return scratch;
    }

    /** {@return how many bytes can be written at the store's place} */
    long freeBytes() throws IOException {
        Path existing = store;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "the root directory exists");
        }
        return Files.getFileStore(existing).getUsableSpace();
    }

    /** From now on the store stays when the rest is deleted. */
    void keepStore() {
        keepStore = true;
    }

    /** Deletes what was made, but no more than that. */
    void delete() throws IOException {
        if (!keepStore) {
            delete(store, storeExisted);
        }
        if (!keepStore || !store.startsWith(scratch)) {
            delete(scratch, false);
            return;
        }
        try (var children = Files.newDirectoryStream(scratch)) {
            for (Path child : children) {
                if (!child.equals(store)) {
                    delete(child, false);
                }
            }
        }
    }

    static void delete(Path directory, boolean contentsOnly) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!contentsOnly || !visited.equals(directory)) {
                    Files.deleteIfExists(visited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

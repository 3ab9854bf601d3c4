package io.lss.filechannel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens the channels of segment files, all through the page cache or all past it.
 *
 * <p>All of them the same way, reads included: what was written past the cache is then read past it, so that no page which
 * a concurrent read brought in can hide a completed write (F8). Linux takes such pages out again after the write on its own
 * file systems; others promise nothing.
 */
final class FileOpener {

    private final @Nullable OpenOption direct;
    private final boolean readOnly;

    FileOpener(@Nullable OpenOption direct, boolean readOnly) {
        this.direct = direct;
        this.readOnly = readOnly;
    }

    /** {@return a channel to read, write and sync a file that exists; only to read where nothing can be written} */
    FileChannel open(Path file) throws IOException {
        return readOnly ? open(file, StandardOpenOption.READ) : open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** {@return a channel of which every write is durable when it returns} */
    FileChannel openDurable(Path file) throws IOException {
        return open(file, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
    }

    /** {@return a channel to write a file that does not exist yet} */
    FileChannel create(Path file) throws IOException {
        return open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    private FileChannel open(Path file, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        if (direct != null) {
            all.add(direct);
        }
        return FileChannel.open(file, all);
    }
}

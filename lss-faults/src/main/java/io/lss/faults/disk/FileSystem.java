package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A kind of file system. */
public enum FileSystem {
    /** The usual one. */
    EXT4(64, "e2fsprogs", "-q -F -b 4096 -m 0 -E lazy_itable_init=0,lazy_journal_init=0"),
    /** Which logs metadata only. */
    XFS(304, "xfsprogs", "-q -f"),
    /** Which copies on write. */
    BTRFS(256, "btrfs-progs", "-q -f");

    private final long bytes;
    private final String debianPackage;
    private final String options;

    FileSystem(int mebibytes, String debianPackage, String options) {
        this.bytes = (long) mebibytes << 20;
        this.debianPackage = debianPackage;
        this.options = options;
    }

    /** {@return the smallest size in bytes that is still usual for it} */
    public long bytes() {
        return bytes;
    }

    /** {@return its name in {@code /proc/filesystems}} */
    public String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether it lets writes past the page cache} Without that, io_uring has nothing to offer, and refuses. */
    public boolean honoursDirect() {
        return this != BTRFS;
    }

    /** {@return what makes one} */
    public String program() {
        return "mkfs." + type();
    }

    /** {@return which Debian package has that} */
    public String debianPackage() {
        return debianPackage;
    }

    /**
     * Makes one of {@link #bytes} at the beginning of a disk, which may be longer.
     *
     * @param disk a device or file
     * @throws IOException if it cannot be made
     */
    public void make(Path disk) throws IOException {
        make(disk, bytes);
    }

    /**
     * {@return a new file with one that fills it}
     *
     * @param file the file, which is not there
     * @param bytes its length
     * @param more options of the program
     * @throws IOException if it cannot be made
     */
    public Path create(Path file, long bytes, String... more) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        make(file, bytes, more);
        return file;
    }

    private void make(Path disk, long size, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(List.of(options.split(" ", -1)));
        command.addAll(List.of(more));
        switch (this) {
            case EXT4 -> command.addAll(List.of(disk.toString(), String.valueOf(size / 4096)));
            case XFS -> command.addAll(List.of("-d", "size=" + size, disk.toString()));
            case BTRFS -> command.addAll(List.of("-b", String.valueOf(size), disk.toString()));
        }
        Shell.run(command);
    }
}

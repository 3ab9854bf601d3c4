package io.lss.faults.block;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A kind of file system, in the smallest size that is still usual for it. */
enum FileSystem {
    EXT4(64, "e2fsprogs", "-q -F -b 4096 -E lazy_itable_init=0,lazy_journal_init=0"),
    XFS(304, "xfsprogs", "-q -f"),
    BTRFS(256, "btrfs-progs", "-q -f");

    private final long bytes;
    private final String debianPackage;
    private final String options;

    FileSystem(int mebibytes, String debianPackage, String options) {
        this.bytes = (long) mebibytes << 20;
        this.debianPackage = debianPackage;
        this.options = options;
    }

    /** {@return how long it is; the disk may be longer} */
    long bytes() {
        return bytes;
    }

    /** {@return its name in {@code /proc/filesystems}} */
    String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether it lets writes past the page cache} Without that, io_uring has nothing to offer, and refuses. */
    boolean honoursDirect() {
        return this != BTRFS;
    }

    String program() {
        return "mkfs." + type();
    }

    String debianPackage() {
        return debianPackage;
    }

    /** Makes one at the beginning of a disk. */
    void make(Path disk) throws IOException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(List.of(options.split(" ", -1)));
        switch (this) {
            case EXT4 -> command.addAll(List.of(disk.toString(), String.valueOf(bytes / 4096)));
            case XFS -> command.addAll(List.of("-d", "size=" + bytes, disk.toString()));
            case BTRFS -> command.addAll(List.of("-b", String.valueOf(bytes), disk.toString()));
        }
        Shell.run(command);
    }
}

package io.lss.faults.system;

import io.lss.faults.disk.FaultyDisk;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The disk under ext4 fails one request, and no other (rows 4 and 5): a sync, or a write. The store fails for good, though the
 * next would succeed; what it had acknowledged is there when it is opened again.
 */
final class DiskErrors implements Scenario {

    private static final long BYTES = 96 << 20;
    private static final int EIO = 5;
    private static final int ENOSPC = 28;

    /** How often the fault is brought about if nobody notices it. */
    private static final int TIMES = 6;

    private final String title;
    private final String request;
    private final int errno;
    private final Opening opening;

    /** Whether the file system must be mounted anew before the store is opened: the page cache shows what is not on the disk. */
    private final boolean cached;

    private DiskErrors(String title, String request, int errno, Opening opening, boolean cached) {
        this.title = title;
        this.request = request;
        this.errno = errno;
        this.opening = opening;
        this.cached = cached;
    }

    static Scenario sync(String provider, String preallocate) {
        return new DiskErrors(
                "sync-fails-once-" + provider + "-" + preallocate,
                "flush",
                EIO,
                Opening.of(provider).with("preallocate", preallocate),
                false);
    }

    static Scenario write(String provider) {
        return new DiskErrors(
                "write-fails-once-" + provider, "write", EIO, Opening.of(provider).with("preallocate", "zero"), false);
    }

    /** As storage that promised more than it has. */
    static Scenario noSpace(String provider) {
        return new DiskErrors(
                "disk-has-no-space-" + provider, "write", ENOSPC, Opening.of(provider).with("preallocate", "zero"), false);
    }

    static Scenario cachedSync() {
        return new DiskErrors(
                "sync-fails-once-filechannel-cached", "flush", EIO, Opening.of("filechannel").with("direct", "off"), true);
    }

    static Scenario cachedWrite() {
        return new DiskErrors(
                "write-fails-once-filechannel-cached", "write", EIO, Opening.of("filechannel").with("direct", "off"), true);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsFaultyDisk();
        // With its journal: whichever write is the one that fails, the store's or its own, the file system says so.
        Path image = FileSystem.EXT4.create(stage.image(), BYTES);
        FaultyDisk disk = stage.closing(FaultyDisk.serve(stage.directory(), image));
        MountedFile mounted = stage.mount(FileSystem.EXT4, disk.exported());
        Trial trial = new Trial(stage, mounted.root().resolve("store"));
        Drill drill = new Drill(stage, trial);
        Subject subject = trial.begin(opening, 256 << 10);
        drill.fail(
                subject,
                () -> disk.failOnce(request, errno),
                TIMES, // the file system's own request may be the one, and one that it can do without
                "Input/output error",
                "No space left",
                "Read-only file system"); // ext4 ends its writing where its own write was the one
        stage.fault(request + (errno == EIO ? " EIO" : " ENOSPC") + " of a disk");
        disk.heal();
        if (!cached) {
            drill.lookUnmended(opening);
        }
        mounted.mendAndRemount();
        trial.look(opening);
        trial.lookAgain(Opening.of("filechannel"));
        trial.goOn(opening);
    }
}

package io.lss.faults.system;

import io.lss.faults.disk.FaultyDisk;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.FuseMount;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What serves the disk, or the file system, is killed under the store (row 25): the store fails with what the system says, and
 * closes. When it is served again, what was acknowledged is there.
 */
record Vanished(String provider, boolean disk) implements Scenario {

    private static final long BYTES = 96 << 20;

    private static final String[] WORDS = {
        "Input/output error",
        "Transport endpoint is not connected",
        "Software caused connection abort",
        "Read-only file system",
        "errno 103"
    };

    @Override
    public String title() {
        return (disk ? "disk" : "file-system") + "-vanishes-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsRoot();
        Opening opening = Opening.of(provider);
        if (disk) {
            disk(stage, opening);
        } else {
            fileSystem(stage, opening);
        }
    }

    private static void disk(Stage stage, Opening opening)
            throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsFaultyDisk();
        Path image = FileSystem.EXT4.create(stage.image(), BYTES);
        FaultyDisk disk = stage.closing(FaultyDisk.serve(stage.directory(), image));
        MountedFile mounted = stage.mount(FileSystem.EXT4, disk.exported());
        Trial trial = new Trial(stage, mounted.root().resolve("store"));
        Drill drill = new Drill(stage, trial);
        drill.fail(trial.begin(opening, 256 << 10), disk::crash, WORDS);
        stage.fault("disk killed");
        mounted.unmount();
        MountedFile.mend(image);
        FaultyDisk next = stage.closing(FaultyDisk.serve(stage.directory(), image));
        stage.mount(FileSystem.EXT4, next.exported());
        trial.look(opening);
        trial.goOn(opening);
    }

    private static void fileSystem(Stage stage, Opening opening)
            throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needs("fuse2fs", "fuse2fs");
        Path image = FileSystem.EXT4.create(stage.image(), BYTES);
        FuseMount mount = stage.closing(FuseMount.of(image, stage.mountPoint()));
        Trial trial = new Trial(stage, mount.root().resolve("store"));
        Drill drill = new Drill(stage, trial);
        drill.fail(trial.begin(opening, 256 << 10), mount::crash, WORDS);
        stage.fault("file system killed");
        mount.close();
        // What the dead daemon had answered fsync for is in the image; fuse2fs has no journal of its own for the rest.
        MountedFile.mend(image);
        stage.closing(FuseMount.of(image, stage.mountPoint()));
        trial.look(opening);
        trial.goOn(opening);
    }
}

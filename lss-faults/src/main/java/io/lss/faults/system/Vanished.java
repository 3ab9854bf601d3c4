package io.lss.faults.system;

import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What serves the disk, or the file system, is killed under the store (row 25): the store fails with what the system says, and
 * closes. When it is served again, what was acknowledged is there.
 */
record Vanished(String provider, boolean disk) implements Scenario {

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
        Path image = Mounted.image(stage.directory(), 96 << 20);
        Opening opening = Opening.of(provider);
        if (disk) {
            disk(stage, image, opening);
        } else {
            fileSystem(stage, image, opening);
        }
    }

    private static void disk(Stage stage, Path image, Opening opening)
            throws IOException, ViolationException, InterruptedException, SkippedException {
        StorageDaemon.needed();
        Mounted.make("ext4", image.toString());
        StorageDaemon daemon = stage.closing(StorageDaemon.serve(stage.directory(), image));
        Mounted mounted = Mounted.mount(stage, daemon.export(), 512);
        Trial trial = new Trial(stage, mounted.point().resolve("store"));
        Drill drill = new Drill(stage, trial);
        drill.fail(trial.begin(opening, 256 << 10), daemon::kill, WORDS);
        stage.fault("disk killed");
        mounted.unmount();
        FuseMount.check(image);
        StorageDaemon next = stage.closing(StorageDaemon.serve(stage.directory(), image));
        Mounted.mount(stage, next.export(), 512);
        trial.look(opening);
        trial.goOn(opening);
    }

    private static void fileSystem(Stage stage, Path image, Opening opening)
            throws IOException, ViolationException, InterruptedException, SkippedException {
        FuseMount mount = FuseMount.of(stage, image);
        Trial trial = new Trial(stage, mount.point().resolve("store"));
        Drill drill = new Drill(stage, trial);
        drill.fail(trial.begin(opening, 256 << 10), mount::kill, WORDS);
        stage.fault("file system killed");
        mount.close();
        // What the dead daemon had answered fsync for is in the image; fuse2fs has no journal of its own for the rest.
        FuseMount.check(image);
        FuseMount.again(stage, image);
        trial.look(opening);
        trial.goOn(opening);
    }
}

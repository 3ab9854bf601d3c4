package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file system is shut down under the store, or becomes read-only by an error of its own (row 19): the store fails and says
 * so; mounted anew, it has what it acknowledged.
 */
record ShutDown(String provider, FileSystem type, String how) implements Scenario {

    @Override
    public String title() {
        return how + "-" + type.type() + "-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsFileSystem(type);
        Stage.needs("xfs_io", "xfsprogs");
        Path image = type.create(stage.image(), type.bytes());
        String options = type == FileSystem.EXT4 ? "errors=remount-ro" : "defaults";
        MountedFile mounted = stage.closing(MountedFile.of(image, 512, stage.mountPoint(), type, options));
        Trial trial = new Trial(stage, mounted.root().resolve("store"));
        Opening opening = Opening.of(provider);
        Subject subject = trial.begin(opening, 256 << 10);
        new Drill(stage, trial).fail(
                subject,
                () -> {
                    if (how.equals("shutdown")) {
                        Shell.run("xfs_io", "-x", "-c", "shutdown", mounted.root().toString());
                    } else {
                        Files.writeString(Path.of("/sys/fs/ext4", mounted.device(), "trigger_fs_error"), "by lss-faults");
                    }
                },
                "Input/output error",
                "Read-only file system");
        stage.fault(how + " of " + type.type());
        try {
            trial.look(opening);
            stage.violation("a store opened on a file system that cannot be written");
        } catch (IOException e) {
            stage.check(SubjectMain.chain(e).contains(trial.store().toString()), "the failure to open names no place: " + e);
        }
        if (type == FileSystem.EXT4) {
            mounted.mendAndRemount();
        } else {
            mounted.remount();
        }
        trial.look(opening);
        trial.lookAgain(Opening.of("filechannel"));
        trial.goOn(opening);
    }
}

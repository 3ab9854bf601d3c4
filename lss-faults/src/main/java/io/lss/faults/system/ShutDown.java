package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file system is shut down under the store, or becomes read-only by an error of its own (row 19): the store fails and says
 * so; mounted anew, it has what it acknowledged.
 */
record ShutDown(String provider, String type, String how) implements Scenario {

    @Override
    public String title() {
        return how + "-" + type + "-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsFileSystem(type, type.equals("xfs") ? "xfsprogs" : "e2fsprogs");
        Stage.needs("xfs_io", "xfsprogs");
        Path image = Mounted.image(stage.directory(), type.equals("xfs") ? 320 << 20 : 64 << 20);
        Mounted.make(type, image.toString());
        Mounted mounted = type.equals("ext4")
                ? Mounted.mount(stage, image, 512, "-o", "errors=remount-ro")
                : Mounted.mount(stage, image, 512);
        Trial trial = new Trial(stage, mounted.point().resolve("store"));
        Opening opening = Opening.of(provider);
        Subject subject = trial.begin(opening, 256 << 10);
        new Drill(stage, trial).fail(
                subject,
                () -> {
                    if (how.equals("shutdown")) {
                        Shell.run("xfs_io", "-x", "-c", "shutdown", mounted.point().toString());
                    } else {
                        Files.writeString(Path.of("/sys/fs/ext4", mounted.device(), "trigger_fs_error"), "by lss-faults");
                    }
                },
                "Input/output error",
                "Read-only file system");
        stage.fault(how + " of " + type);
        try {
            trial.look(opening);
            stage.violation("a store opened on a file system that cannot be written");
        } catch (IOException e) {
            stage.check(SubjectMain.chain(e).contains(trial.store().toString()), "the failure to open names no place: " + e);
        }
        if (type.equals("ext4")) {
            mounted.mendAndRemount();
        } else {
            mounted.remount();
        }
        trial.look(opening);
        trial.lookAgain(Opening.of("filechannel"));
        trial.goOn(opening);
    }
}

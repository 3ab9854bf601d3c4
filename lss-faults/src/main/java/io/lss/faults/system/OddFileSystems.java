package io.lss.faults.system;

import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.FuseMount;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * File systems that take O_DIRECT and do not do it, or forget everything (row 17): what the store chooses, and what it says of
 * it. A killed process loses nothing there either.
 */
record OddFileSystems(String type) implements Scenario {

    private static final long BYTES = 160 << 20;

    @Override
    public String title() {
        return "on-" + type;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsRoot();
        Path point = mount(stage);
        Trial trial = new Trial(stage, point.resolve("store"));
        Opening any = Opening.of(Opening.ANY);
        try (Subject subject = trial.begin(any, Trial.ALL)) {
            String open = subject.await("open");
            stage.progress(open);
            boolean isVolatile = type.equals("tmpfs");
            stage.check(open.contains(" volatile=" + isVolatile + " "), "volatile=" + isVolatile + " was expected: " + open);
            stage.check(
                    !isVolatile || open.matches(".*device=.*\\(volatile\\).*"), "the device is not said to be volatile: " + open);
            stage.check(
                    open.startsWith("provider=uring ") || open.matches(".*rejected=\\{uring=.*O_DIRECT.*"),
                    "not io_uring, and no reason: " + open);
            stage.check(
                    !isVolatile || open.startsWith("provider=filechannel "),
                    "io_uring where nothing is written past the cache: " + open);
            stage.check(open.contains("inStats=FileChannel") || open.contains("inStats=io_uring"), "nothing in stats(): " + open);
            subject.awaitAcknowledged(200);
            stage.fault("odd file system");
        } // killed
        trial.look(any);
        trial.goOn(any);
    }

    private Path mount(Stage stage) throws IOException, SkippedException {
        return switch (type) {
            case "tmpfs" -> stage.mountInMemory("size=64m");
            case "fuse" -> {
                Stage.needs("fuse2fs", "fuse2fs");
                Path image = FileSystem.EXT4.create(stage.image(), BYTES);
                yield stage.closing(FuseMount.of(image, stage.mountPoint())).root();
            }
            case "btrfs" -> {
                Stage.needsFileSystem(FileSystem.BTRFS);
                Path image = FileSystem.BTRFS.create(stage.image(), BYTES);
                yield stage.mount(FileSystem.BTRFS, image).root();
            }
            default -> throw new IllegalArgumentException(type);
        };
    }
}

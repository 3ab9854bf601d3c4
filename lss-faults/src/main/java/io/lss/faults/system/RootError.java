package io.lss.faults.system;

import io.lss.api.Durability;
import io.lss.faults.Shell;
import io.lss.faults.disk.FaultyDisk;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.load.ViolationException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The disk fails one write of a root copy (row 5). What the next owner reads as that copy is on the disk, and not only in the
 * page cache, where what could not be written may be shown as if it were (F9).
 */
record RootError(String provider) implements Scenario {

    private static final int EIO = 5;

    @Override
    public String title() {
        return "root-write-fails-once-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsFaultyDisk();
        Stage.needs("xfs_io", "xfsprogs");
        Path image = FileSystem.EXT4.create(stage.image(), 96 << 20);
        FaultyDisk disk = stage.closing(FaultyDisk.serve(stage.directory(), image));
        MountedFile mounted = stage.mount(FileSystem.EXT4, disk.exported());
        Trial trial = new Trial(stage, mounted.root().resolve("store"));
        Opening opening = Opening.of(provider);
        new Drill(stage, trial).fail(
                trial.begin(opening, 256 << 10),
                () -> disk.failWriteOnce(sector(trial.store().resolve("root-0")), EIO),
                "write of root copy 0 failed");
        stage.fault("write EIO of a root copy");
        disk.heal();
        List<byte[]> read = roots(trial.store());
        mounted.remount();
        List<byte[]> there = roots(trial.store());
        for (int copy = 0; copy < 2; copy++) {
            stage.check(
                    Arrays.equals(read.get(copy), there.get(copy)),
                    "root copy " + copy + " was read, and is not what is on the disk");
        }
        trial.look(opening);
        trial.goOn(opening);
    }

    /** {@return the sector of the disk, of 512 bytes, at which a small file begins} */
    private static long sector(Path file) throws IOException {
        String extents = Shell.run("xfs_io", "-r", "-c", "fiemap", file.toString());
        Matcher first = Pattern.compile("0: \\[0\\.\\.\\d+]: (\\d+)\\.\\.").matcher(extents);
        if (!first.find()) {
            throw new IOException("no place of " + file + " in: " + extents);
        }
        return Long.parseLong(first.group(1));
    }

    /** {@return both copies, as an owner is told them} */
    private List<byte[]> roots(Path store) throws IOException {
        DeviceProvider serving = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(provider))
                .findFirst()
                .orElseThrow(() -> new IOException("no provider " + provider));
        DeviceOptions options = new DeviceOptions(false, false, Durability.SYNC, 16 << 10, 4, Map.of());
        List<byte[]> copies = new ArrayList<>();
        try (Device device = serving.open(store.toUri(), options)) {
            for (int copy = 0; copy < 2; copy++) {
                copies.add(device.readRoot(copy).orElse(new byte[0]));
            }
        }
        return copies;
    }
}

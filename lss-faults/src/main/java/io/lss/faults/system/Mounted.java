package io.lss.faults.system;

import io.lss.faults.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file system in a file, by way of a loop device. */
final class Mounted implements AutoCloseable {

    private static final int MOST_SECONDS = 20;
    private static final Object LOOPS = new Object();

    private final Path point;
    private final String loop;
    private final List<String> options;

    private Mounted(Path point, String loop, List<String> options) {
        this.point = point;
        this.loop = loop;
        this.options = options;
    }

    /** {@return a new file of zeros that takes no space} */
    static Path image(Path directory, long bytes) throws IOException {
        Path image = directory.resolve("image.raw");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return image;
    }

    /** Makes a file system in a file or device. */
    static void make(String type, String target, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("mkfs." + type));
        command.addAll(List.of(
                switch (type) {
                    case "ext4" -> new String[] {
                        "-q", "-F", "-m", "0", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0"
                    };
                    case "xfs", "btrfs" -> new String[] {"-q", "-f"};
                    default -> throw new IllegalArgumentException(type);
                }));
        command.addAll(List.of(options));
        command.add(target);
        Shell.run(command);
    }

    /** {@return what is in a file, mounted} */
    static Mounted mount(Stage stage, Path file, int sectorBytes, String... options) throws IOException {
        String loop = loop(stage, file, sectorBytes);
        return mount(stage, loop, options);
    }

    /** {@return a loop device over a file; taken down with the stage} */
    static String loop(Stage stage, Path file, int sectorBytes) throws IOException {
        String loop;
        synchronized (LOOPS) { // the free one that losetup found may be taken when it takes it
            loop = Shell.run("losetup", "--find", "--show", "-b", String.valueOf(sectorBytes), file.toString());
        }
        stage.undoing(() -> Shell.run("losetup", "-d", loop));
        return loop;
    }

    /** {@return what is in a loop device, mounted} */
    static Mounted mount(Stage stage, String loop, String... options) throws IOException {
        Mounted mounted = new Mounted(Files.createDirectories(stage.directory().resolve("mnt")), loop, List.of(options));
        mounted.mount();
        return stage.closing(mounted);
    }

    /** {@return a file system that needs no device, mounted} */
    static Path inMemory(Stage stage, String type, String options) throws IOException {
        Path point = Files.createDirectories(stage.directory().resolve("mnt"));
        Shell.run("mount", "-t", type, "-o", options, "lss-faults", point.toString());
        stage.undoing(() -> unmountIfMounted(point));
        return point;
    }

    private void mount() throws IOException {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(options);
        command.addAll(List.of(loop, point.toString()));
        Shell.run(command);
    }

    /** {@return the sector of the disk, of 512 bytes, at which a small file begins} */
    static long sector(Path file) throws IOException {
        String extents = Shell.run("xfs_io", "-r", "-c", "fiemap", file.toString());
        Matcher first = Pattern.compile("0: \\[0\\.\\.\\d+]: (\\d+)\\.\\.").matcher(extents);
        if (!first.find()) {
            throw new IOException("no place of " + file + " in: " + extents);
        }
        return Long.parseLong(first.group(1));
    }

    /** {@return where it is mounted} */
    Path point() {
        return point;
    }

    /** {@return the device's name, without its directory} */
    String device() {
        return Path.of(loop).getFileName().toString();
    }

    /** Mounts it anew: what was in the page cache only is lost. */
    void remount() throws IOException {
        unmountIfMounted(point);
        mount();
    }

    /** As {@link #remount}, with a check of the file system in between, as after an error. */
    void mendAndRemount() throws IOException {
        unmountIfMounted(point);
        try {
            Shell.run("e2fsck", "-fy", loop);
        } catch (Shell.FailedException e) {
            if (!String.valueOf(e.getMessage()).contains("ended with status 1:")) { // 1: errors were corrected
                throw e;
            }
        }
        mount();
    }

    void unmount() throws IOException {
        unmountIfMounted(point);
    }

    /** A process that has just died may still hold it. */
    static void unmountIfMounted(Path point) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (isMounted(point)) {
            try {
                Shell.run("umount", point.toString());
            } catch (Shell.FailedException e) {
                if (System.nanoTime() > end) {
                    Shell.run("umount", "-l", point.toString());
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static boolean isMounted(Path point) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            if (line.split(" ", -1)[1].equals(point.toString())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        unmountIfMounted(point);
    }
}

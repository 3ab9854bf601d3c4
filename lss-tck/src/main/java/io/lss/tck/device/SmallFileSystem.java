package io.lss.tck.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A small file system mounted for one test. Without the right to mount, the test says SKIPPED. */
public final class SmallFileSystem implements AutoCloseable {

    private final Path point;
    private final List<List<String>> undo;

    private SmallFileSystem(Path point, List<List<String>> undo) {
        this.point = point;
        this.undo = undo;
    }

    /**
     * {@return a file system in memory}
     *
     * @param parent a directory in which it may be put
     * @param options of mount
     * @throws IOException if the directory cannot be written
     */
    public static SmallFileSystem tmpfs(Path parent, String options) throws IOException {
        Path point = Files.createDirectories(parent.resolve("tmpfs"));
        run(List.of("mount", "-t", "tmpfs", "-o", options, "lss-test", point.toString()));
        return new SmallFileSystem(point, List.of(unmount(point)));
    }

    /**
     * {@return a file system in memory that refuses O_DIRECT, as tmpfs did before Linux 6.6}
     *
     * @param parent a directory in which it may be put
     * @throws IOException if the directory cannot be written
     */
    public static SmallFileSystem ramfs(Path parent) throws IOException {
        Path point = Files.createDirectories(parent.resolve("ramfs"));
        run(List.of("mount", "-t", "ramfs", "lss-test", point.toString()));
        return new SmallFileSystem(point, List.of(unmount(point)));
    }

    /**
     * {@return a file system in a file, as a disk has it}
     *
     * @param parent a directory in which it may be put
     * @param bytes its size
     * @throws IOException if the directory cannot be written
     */
    public static SmallFileSystem ext4(Path parent, long bytes) throws IOException {
        Path image = image(parent, bytes);
        Path point = Files.createDirectories(parent.resolve("ext4"));
        run(List.of("mkfs.ext4", "-q", "-m", "0", "-b", "4096", image.toString()));
        run(List.of("mount", "-o", "loop", image.toString(), point.toString()));
        return new SmallFileSystem(point, List.of(unmount(point)));
    }

    /**
     * {@return an XFS in a file}
     *
     * @param parent a directory in which it may be put
     * @param bytes its size; at least 300 MiB
     * @throws IOException if the directory cannot be written
     */
    public static SmallFileSystem xfs(Path parent, long bytes) throws IOException {
        Path image = image(parent, bytes);
        Path point = Files.createDirectories(parent.resolve("xfs"));
        run(List.of("mkfs.xfs", "-q", image.toString()));
        run(List.of("mount", "-o", "loop", image.toString(), point.toString()));
        return new SmallFileSystem(point, List.of(unmount(point)));
    }

    /**
     * {@return the same on a disk with sectors of a given size}
     *
     * @param parent a directory in which it may be put
     * @param bytes its size
     * @param sectorBytes 512 or 4096
     * @throws IOException if the directory cannot be written
     */
    public static SmallFileSystem ext4(Path parent, long bytes, int sectorBytes) throws IOException {
        Path image = image(parent, bytes);
        Path point = Files.createDirectories(parent.resolve("ext4"));
        String loop = run(List.of(
                        "losetup", "--find", "--show", "--direct-io=on", "-b", "" + sectorBytes, image.toString()))
                .strip();
        List<List<String>> undo = new ArrayList<>(List.of(List.of("losetup", "-d", loop)));
        try {
            run(List.of("mkfs.ext4", "-q", "-m", "0", "-b", "4096", loop));
            run(List.of("mount", loop, point.toString()));
        } catch (RuntimeException e) {
            run(undo.getFirst());
            throw e;
        }
        undo.addFirst(unmount(point));
        return new SmallFileSystem(point, undo);
    }

    private static List<String> unmount(Path point) {
        return List.of("umount", point.toString());
    }

    private static Path image(Path parent, long bytes) throws IOException {
        Path image = Files.createFile(parent.resolve("disk.img"));
        try (var channel = Files.newByteChannel(image, StandardOpenOption.WRITE)) {
            channel.position(bytes - 1).write(ByteBuffer.allocate(1));
        }
        return image;
    }

    private static String run(List<String> command) {
        String output;
        int status;
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            status = process.onExit().join().exitValue();
        } catch (IOException e) {
            output = String.valueOf(e.getMessage());
            status = -1;
        }
        String said = output.strip();
        Assumptions.assumeTrue(
                status == 0, () -> "SKIPPED: " + String.join(" ", command) + " failed: " + said + " (needs root)");
        return output;
    }

    /** {@return where it is mounted} */
    public Path point() {
        return point;
    }

    @Override
    public void close() throws IOException {
        undo.forEach(SmallFileSystem::run);
    }
}

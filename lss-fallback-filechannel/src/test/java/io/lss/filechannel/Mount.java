package io.lss.filechannel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A small file system mounted for one test. Without the right to mount, the test says SKIPPED. */
final class Mount implements AutoCloseable {

    private final Path point;

    private Mount(Path point) {
        this.point = point;
    }

    /** A file system in memory. */
    static Mount tmpfs(Path parent, String options) throws IOException {
        Path point = Files.createDirectories(parent.resolve("tmpfs"));
        return mount(point, List.of("mount", "-t", "tmpfs", "-o", options, "lss-test", point.toString()));
    }

    /** A file system in a file, as a disk has it. */
    static Mount ext4(Path parent, long bytes) throws IOException {
        Path image = Files.createFile(parent.resolve("ext4.img"));
        try (var channel = Files.newByteChannel(image, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(bytes - 1).write(java.nio.ByteBuffer.allocate(1));
        }
        Path point = Files.createDirectories(parent.resolve("ext4"));
        run(List.of("mkfs.ext4", "-q", "-m", "0", "-b", "4096", image.toString()));
        return mount(point, List.of("mount", "-o", "loop", image.toString(), point.toString()));
    }

    private static Mount mount(Path point, List<String> command) throws IOException {
        run(command);
        return new Mount(point);
    }

    private static void run(List<String> command) throws IOException {
        String output;
        int status;
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            status = process.onExit().join().exitValue();
        } catch (IOException e) {
            output = String.valueOf(e.getMessage());
            status = -1;
        }
        Assumptions.assumeTrue(
                status == 0, "SKIPPED: " + String.join(" ", command) + " failed: " + output.strip() + " (needs root)");
    }

    Path point() {
        return point;
    }

    @Override
    public void close() throws IOException {
        run(List.of("umount", point.toString()));
    }
}

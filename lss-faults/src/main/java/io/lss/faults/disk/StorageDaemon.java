package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * qemu-storage-daemon, which exports a block device as a file by FUSE. The daemon does one request after the other.
 *
 * <p>A node that is not opened with {@code discard=unmap} ignores discards, and the kernel takes a discard that succeeded for
 * zeros where it asked for zeros: every node needs that option.
 */
public final class StorageDaemon implements AutoCloseable {

    private static final String PROGRAM = "qemu-storage-daemon";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final Path exported;
    private final Leftovers.Undo undo;

    private StorageDaemon(Process process, Path exported) {
        this.process = process;
        this.exported = exported;
        this.undo = Leftovers.add(() -> {
            crash();
            Mount.detach(exported);
        });
    }

    /**
     * Ends it as a crash does. Whoever still uses the export gets errors.
     *
     * @throws IOException if it does not end
     */
    public void crash() throws IOException {
        process.destroyForcibly();
        if (!Processes.hasEnded(process)) {
            throw new IOException(PROGRAM + " cannot be killed");
        }
    }

    /** {@return why there can be none, with loop devices and mounts upon it, on this machine; empty if there can} */
    public static Optional<String> whyNot() {
        if (!Shell.isRoot()) {
            return Optional.of("loop devices and mounts are for root: run as root");
        }
        if (!Files.exists(Path.of("/dev/fuse"))) {
            return Optional.of("there is no /dev/fuse: load the fuse module, or give the container that device");
        }
        if (!Files.exists(Path.of("/dev/loop-control"))) {
            return Optional.of("there is no /dev/loop-control: load the loop module, or give the container its devices");
        }
        for (String program : List.of(PROGRAM, "losetup", "mount", "umount")) {
            if (!Shell.has(program)) {
                return Optional.of("there is no " + program + ": install "
                        + (program.equals(PROGRAM) ? "qemu-system-common (or qemu-utils)" : "util-linux and mount"));
            }
        }
        return Optional.empty();
    }

    /**
     * Starts one.
     *
     * @param directory for its export, its messages and its process id; of this daemon alone
     * @param node the node to export, writable
     * @param options what makes the node: {@code --blockdev ...}, {@code --object ...}
     * @return a daemon that serves
     * @throws IOException if it does not start
     */
    public static StorageDaemon start(Path directory, String node, List<String> options) throws IOException {
        Path exported = Files.createFile(directory.resolve("exported"));
        Path said = directory.resolve("said");
        Path pid = directory.resolve("pid");
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(options);
        command.addAll(List.of(
                "--export", "type=fuse,id=exported,node-name=" + node + ",mountpoint=" + exported + ",writable=on",
                "--pidfile", pid.toString()));
        StorageDaemon daemon = Leftovers.wholly(() -> new StorageDaemon(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start(),
                exported));
        // It writes its process id when it serves, not before.
        long deadline = System.nanoTime() + START_NANOS;
        while (!Files.exists(pid)) {
            if (!daemon.process.isAlive() || System.nanoTime() > deadline) {
                String words = Files.readString(said, StandardCharsets.UTF_8).strip();
                daemon.close();
                throw new IOException(String.join(" ", command) + " does not serve: " + words);
            }
            LockSupport.parkNanos(2_000_000);
        }
        return daemon;
    }

    /** {@return the file that is the device} */
    public Path exported() {
        return exported;
    }

    /** {@return its process id} */
    public long pid() {
        return process.pid();
    }

    /**
     * Ends it, unless it has ended, and with it the export. Loop devices on it come first.
     *
     * @throws IOException if it does not end by itself; it is killed then
     */
    @Override
    public void close() throws IOException {
        process.destroy();
        boolean ended = Processes.hasEnded(process);
        if (!ended) {
            crash();
        }
        Mount.unmount(exported); // itself, it takes that away; dead, it does not
        Leftovers.remove(undo);
        if (!ended) {
            throw new IOException(PROGRAM + " had to be killed");
        }
    }
}

package io.lss.faults.system;

import io.lss.faults.LayerRun;
import io.lss.faults.Shell;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.Leftovers;
import io.lss.faults.disk.Mount;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.disk.StorageDaemon;
import io.lss.faults.disk.TemporaryDirectory;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;

/** Where a scenario plays: a directory, and what has been set up and must be taken down, in reverse order, whatever happens. */
final class Stage implements AutoCloseable {

    /** Takes something down, if it has not been. */
    interface Undo {
        void run() throws IOException;
    }

    /** Why this root may not mount; empty if it may. */
    private static final String MAY_MOUNT = Shell.isRoot() ? tryToMount() : "";

    private final LayerRun run;
    private final String title;
    private final Path directory;
    private final Deque<Undo> undo = new ArrayDeque<>();

    Stage(LayerRun run, String title) throws IOException {
        this.run = run;
        this.title = title;
        this.directory = Files.createDirectory(run.scratch().resolve(title));
    }

    /** {@return a directory on the machine's own disk} */
    Path directory() {
        return directory;
    }

    /** {@return this scenario's own randomness} */
    SplittableRandom random() {
        return run.random(title);
    }

    /** What is closed with the stage. {@return it} */
    <T extends AutoCloseable> T closing(T resource) {
        undo.push(() -> {
            try {
                resource.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        return resource;
    }

    /** What is done when the stage is closed, or when the JVM is told to end. */
    void undoing(Undo what) {
        Leftovers.Undo leftover = Leftovers.add(what::run);
        undo.push(() -> {
            what.run();
            Leftovers.remove(leftover);
        });
    }

    /** {@return where a scenario's disk image is to be; there is none yet} */
    Path image() {
        return directory.resolve("image.raw");
    }

    /** {@return a directory to mount something at} */
    Path mountPoint() throws IOException {
        return Files.createDirectories(directory.resolve("mnt"));
    }

    /** {@return what is in a file, mounted; taken down with the stage} */
    MountedFile mount(FileSystem type, Path file) throws IOException {
        return closing(MountedFile.of(file, 512, mountPoint(), type, "defaults"));
    }

    /** {@return a tmpfs, mounted; taken down with the stage} */
    Path mountInMemory(String options) throws IOException {
        return closing(Mount.of(Path.of("lss-faults"), mountPoint(), "tmpfs", options)).root();
    }

    /** Counts a fault that was brought about. */
    void fault(String kind) {
        run.faults(kind, 1);
    }

    /** Counts a state that was recovered from and checked. */
    void crashPoint() {
        run.crashPoints(1);
    }

    /** Says what is seen; without the long name of this run's directory. */
    void progress(String text) {
        run.progress(title + ": " + text.replace(directory.toString(), ""));
    }

    /** Says something worth keeping. */
    void note(String text) {
        run.note(title + ": " + text);
    }

    /** Reports that something did not hold, and goes on. */
    void violation(String what) {
        run.violation(title + ": " + what);
    }

    /** Reports it unless it holds. */
    void check(boolean holds, String otherwise) {
        if (!holds) {
            violation(otherwise);
        }
    }

    /** Throws unless it holds. */
    static void require(boolean holds, String otherwise) throws ViolationException {
        if (!holds) {
            throw new ViolationException(otherwise);
        }
    }

    /** Skips unless a program can be run. */
    static void needs(String program, String debianPackage) throws SkippedException {
        if (!Shell.has(program)) {
            throw new SkippedException(program + " is not installed: apt-get install " + debianPackage);
        }
    }

    /** Skips unless this is the superuser, and may do what the superuser does. */
    static void needsRoot() throws SkippedException {
        if (!Shell.isRoot()) {
            throw new SkippedException("only root may mount file systems and limit processes: run it as root");
        }
        if (!MAY_MOUNT.isEmpty()) {
            throw new SkippedException("this root may not mount file systems, or has no loop devices: run it as root of the"
                    + " machine, or in a privileged container (" + MAY_MOUNT + ")");
        }
    }

    private static String tryToMount() {
        try (TemporaryDirectory point = TemporaryDirectory.named("lss-faults-mount");
                Mount _ = Mount.of(Path.of("lss-faults"), point.path(), "tmpfs", "size=1m")) {
            Shell.run("losetup", "--find");
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Skips unless there can be disks whose errors are chosen. */
    static void needsFaultyDisk() throws SkippedException {
        needsRoot();
        Optional<String> whyNot = StorageDaemon.whyNot();
        if (whyNot.isPresent()) {
            throw new SkippedException(whyNot.get());
        }
    }

    /** Skips unless the kernel has a file system, and its tools are there. */
    static void needsFileSystem(FileSystem fileSystem) throws IOException, SkippedException {
        needsRoot();
        needs(fileSystem.program(), fileSystem.debianPackage());
        String type = fileSystem.type();
        Path known = Path.of("/proc/filesystems");
        if (!Files.readString(known).contains("\t" + type + "\n") && Shell.has("modprobe")) {
            try {
                Shell.run("modprobe", type);
            } catch (Shell.FailedException e) {
                throw new SkippedException("the kernel has no " + type + ": take one that has (" + e.getMessage() + ")");
            }
        }
        if (!Files.readString(known).contains("\t" + type + "\n")) {
            throw new SkippedException("the kernel has no " + type + ": take one that has");
        }
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (IOException | RuntimeException e) {
                if (first == null) {
                    first = new IOException("what " + title + " had set up cannot be taken down", e);
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

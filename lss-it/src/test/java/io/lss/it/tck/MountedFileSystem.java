package io.lss.it.tck;

import io.lss.tck.device.SmallFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** A file system that is mounted when it is first asked for, and unmounted when the JVM ends: for tests of two engines in one class. */
enum MountedFileSystem {
    EXT4("ext4", true),
    XFS("xfs", true),
    TMPFS("tmpfs", false);

    private static final long BYTES = 320L << 20; // xfs wants no less

    private final String type;
    private final boolean durable;
    private Optional<SmallFileSystem> mounted = Optional.empty();
    private Optional<TestAbortedException> refused = Optional.empty();

    MountedFileSystem(String type, boolean durable) {
        this.type = type;
        this.durable = durable;
    }

    /** {@return a fresh site on it} The test is skipped, with the reason, where it cannot be mounted. */
    DirectorySite newSite() throws IOException {
        Path point = mount().point();
        return new DirectorySite(point, durable, Optional.of(new Ballast(point)));
    }

    private synchronized SmallFileSystem mount() throws IOException {
        if (refused.isPresent()) {
            throw refused.get();
        }
        if (mounted.isEmpty()) {
            Path parent = Files.createTempDirectory("lss-it-" + type);
            try {
                SmallFileSystem made =
                        switch (this) {
                            case EXT4 -> SmallFileSystem.ext4(parent, BYTES);
                            case XFS -> SmallFileSystem.xfs(parent, BYTES);
                            case TMPFS -> SmallFileSystem.tmpfs(parent, "size=24m");
                        };
                mounted = Optional.of(made);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(made, parent)));
            } catch (TestAbortedException e) {
                refused = Optional.of(e);
                throw e;
            }
        }
        return mounted.get();
    }

    private static void end(SmallFileSystem made, Path parent) {
        try {
            made.close();
            try (var files = Files.walk(parent)) {
                for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        } catch (IOException e) {
            System.err.println("left behind: " + parent + ": " + e);
        }
    }
}

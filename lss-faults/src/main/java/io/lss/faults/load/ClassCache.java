package io.lss.faults.load;

import io.lss.faults.Shell;
import io.lss.faults.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The load's classes as the JVM likes to have them (JEP 483, JEP 514), which halves what a start costs. Made once, at the first
 * start.
 */
final class ClassCache {

    private static final Optional<Path> FILE = make();

    private ClassCache() {}

    /** {@return the cache's file; nothing if this JVM makes none} */
    static Optional<Path> file() {
        return FILE;
    }

    private static Optional<Path> make() {
        try {
            Path file = Scratch.classes().resolve("load.aot");
            Path scratch = Files.createDirectory(Scratch.classes().resolve("training"));
            List<String> flags = new ArrayList<>(LoadProcess.FLAGS);
            flags.addAll(List.of("-XX:AOTCacheOutput=" + file, "-Xlog:aot=off,cds=off"));
            Shell.run(LoadProcess.java(flags, LoadMain.TRAINING, scratch.toString()));
            Trees.delete(scratch);
            return Files.exists(file) ? Optional.of(file) : Optional.empty();
        } catch (IOException e) {
            System.out.println("processes start without a class cache: " + e.getMessage());
            return Optional.empty();
        }
    }
}

package io.lss.faults.mutants;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Compiles a mutant's changed classes, to stand before the right ones on a class path. */
final class Build {

    private static final String SOURCES = "src/main/java/";

    private Build() {}

    /**
     * {@return a class path with the mutant's classes first}
     *
     * @param mutant which
     * @param tree where the sources are
     * @param scratch a directory for the classes
     * @throws IOException if a source is not what the mutant changes, or does not compile
     */
    static String classPath(Mutant mutant, Path tree, Path scratch) throws IOException {
        Map<String, String> changed = new LinkedHashMap<>();
        for (Mutant.Change change : mutant.changes()) {
            String source = changed.containsKey(change.file())
                    ? changed.get(change.file())
                    : Files.readString(tree.resolve(change.file()));
            int at = source.indexOf(change.from());
            if (at < 0 || source.indexOf(change.from(), at + 1) >= 0) {
                throw new IOException("the mutant \"" + mutant.name() + "\" is out of date: not there exactly once in "
                        + change.file()
                        + ": " + change.from());
            }
            changed.put(change.file(), source.replace(change.from(), change.to()));
        }
        Path sources = scratch.resolve("src");
        Path classes = Files.createDirectories(scratch.resolve("classes"));
        List<String> files = new ArrayList<>();
        for (Map.Entry<String, String> each : changed.entrySet()) {
            String below = each.getKey().substring(each.getKey().indexOf(SOURCES) + SOURCES.length());
            Path file = sources.resolve(below);
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
            files.add(file.toString());
        }
        String path = System.getProperty("java.class.path");
        List<String> arguments =
                new ArrayList<>(List.of("-nowarn", "-proc:none", "-implicit:none", "-d", classes.toString(), "-cp", path));
        arguments.addAll(files);
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow(() -> new IOException("this JVM has no javac"));
        if (javac.run(out, out, arguments.toArray(new String[0])) != 0) {
            throw new IOException("the mutant \"" + mutant.name() + "\" does not compile: " + messages);
        }
        // A jar, because a JVM keeps no class cache for a class path with directories.
        Path jar = scratch.resolve("mutant.jar");
        try (JarOutputStream archive = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> compiled = Files.walk(classes)) {
            for (Path each : compiled.filter(Files::isRegularFile).toList()) {
                archive.putNextEntry(new ZipEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
                Files.copy(each, archive);
            }
        }
        return jar + File.pathSeparator + path;
    }
}

package io.lss.core.crash;

import io.lss.core.CoreEngine;
import io.lss.spi.store.StoreEngine;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/**
 * The engine with a defect: some lines of its source replaced, compiled, and loaded beside the right one. A mutant whose lines are
 * no longer in the source is an error, so that none gets lost unseen.
 */
final class Mutant {

    private record Change(String file, String from, String to) {}

    private final String name;
    private final List<Change> changes;
    private final List<String> caughtBy;

    private Mutant(String name, List<Change> changes, List<String> caughtBy) {
        this.name = name;
        this.changes = changes;
        this.caughtBy = caughtBy;
    }

    static Mutant of(String name) {
        return new Mutant(name, List.of(), List.of());
    }

    /**
     * {@return this mutant with one more change}
     *
     * @param file below {@code io/lss/core}
     * @param from what is replaced; there exactly once
     * @param to by what
     */
    Mutant with(String file, String from, String to) {
        List<Change> more = new ArrayList<>(changes);
        more.add(new Change(file, from, to));
        return new Mutant(name, more, caughtBy);
    }

    /**
     * {@return this mutant, with what the violation must say}
     *
     * @param words one of these
     */
    Mutant caughtBy(String... words) {
        return new Mutant(name, changes, List.of(words));
    }

    /** {@return words of which the violation must have some} */
    List<String> caughtBy() {
        return caughtBy;
    }

    @Override
    public String toString() {
        return name;
    }

    /** {@return the engine} */
    StoreEngine engine() throws IOException, ReflectiveOperationException {
        Path root = Files.createTempDirectory("lss-mutant");
        try {
            Path sources = Files.createDirectories(root.resolve("src"));
            Path classes = Files.createDirectories(root.resolve("classes"));
            Map<String, String> changed = new LinkedHashMap<>();
            for (Change change : changes) {
                String source = changed.containsKey(change.file()) ? changed.get(change.file()) : Files.readString(source(change.file()));
                int at = source.indexOf(change.from());
                if (at < 0 || source.indexOf(change.from(), at + 1) >= 0) {
                    throw new AssertionError("mutant \"" + name + "\": not there exactly once in " + change.file() + ": " + change.from());
                }
                changed.put(change.file(), source.replace(change.from(), change.to()));
            }
            List<String> files = new ArrayList<>();
            for (Map.Entry<String, String> each : changed.entrySet()) {
                Path file = sources.resolve(each.getKey());
                Files.createDirectories(file.getParent());
                Files.writeString(file, each.getValue());
                files.add(file.toString());
            }
            compile(files, classes);
            URL original = CoreEngine.class.getProtectionDomain().getCodeSource().getLocation();
            Map<String, byte[]> bytes = new LinkedHashMap<>();
            for (Path each : files(classes)) {
                bytes.put(classes.relativize(each).toString().replace(File.separatorChar, '/'), Files.readAllBytes(each));
            }
            return (StoreEngine) new Loader(original, bytes).loadClass(CoreEngine.class.getName()).getConstructor().newInstance();
        } finally {
            for (Path each : files(root).reversed()) {
                Files.delete(each);
            }
        }
    }

    private static Path source(String file) {
        return Path.of(System.getProperty("basedir", "."), "src/main/java/io/lss/core", file);
    }

    private static List<Path> files(Path root) throws IOException {
        try (var walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void compile(List<String> files, Path classes) {
        // Modules and class path alike are just class path to the mutant.
        String path = System.getProperty("jdk.module.path", "") + File.pathSeparator + System.getProperty("java.class.path", "")
                + File.pathSeparator + location(CoreEngine.class) + File.pathSeparator + location(StoreEngine.class);
        List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-implicit:none", "-d", classes.toString(), "-cp", path));
        arguments.addAll(files);
        var messages = new StringWriter();
        var out = new PrintWriter(messages);
        int status = ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(new String[0]));
        if (status != 0) {
            throw new AssertionError("mutant \"" + name + "\" does not compile: " + messages);
        }
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    /** Loads the engine anew, with the changed classes; the API and all else is shared. */
    private static final class Loader extends URLClassLoader {
        private final Map<String, byte[]> changed;

        Loader(URL original, Map<String, byte[]> changed) throws MalformedURLException {
            super("mutant", new URL[] {original}, Mutant.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String className, boolean resolve) throws ClassNotFoundException {
            if (!className.startsWith("io.lss.core.")) {
                return super.loadClass(className, resolve);
            }
            synchronized (getClassLoadingLock(className)) {
                Class<?> loaded = findLoadedClass(className);
                if (loaded == null) {
                    byte[] bytes = changed.get(className.replace('.', '/') + ".class");
                    loaded = bytes == null ? findClass(className) : defineClass(className, bytes, 0, bytes.length);
                }
                return loaded;
            }
        }
    }
}

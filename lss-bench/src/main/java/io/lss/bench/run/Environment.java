package io.lss.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What figures depend on. */
public final class Environment {

    private Environment() {}

    /** {@return what is known of the machine, the file system of a directory and the Java runtime, by name} */
    public static Map<String, String> of(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        all.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        all.put("processor", first(Path.of("/proc/cpuinfo"), "model name"));
        all.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        all.put("memory", first(Path.of("/proc/meminfo"), "MemTotal"));
        all.put("huge pages", read(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        all.put("file system", store.type() + " on " + store.name());
        all.put("mount options", mountOptions(store.name()));
        all.put("device", device(store.name()));
        all.put("java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
        all.put("tree", version("git", "-c", "safe.directory=*", "describe", "--always", "--dirty"));
        all.put("fio", version("fio", "--version"));
        all.put("C compiler", version("cc", "--version"));
        return all;
    }

    /** {@return the first line that a program prints} */
    private static String version(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.lines().findFirst().orElse("unknown");
        } catch (IOException e) {
            return "not installed";
        }
    }

    private static String first(Path file, String key) throws IOException {
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String mountOptions(String device) throws IOException {
        Path mounts = Path.of("/proc/mounts");
        if (!Files.isReadable(mounts)) {
            return "unknown";
        }
        return Files.readAllLines(mounts).stream()
                .filter(line -> line.startsWith(device + " "))
                .map(line -> line.split(" ", -1)[3])
                .findFirst()
                .orElse("unknown");
    }

    /** Of a whole disk; partitions have theirs one level up. */
    private static String device(String name) throws IOException {
        Path block = Path.of("/sys/class/block", name.substring(name.lastIndexOf('/') + 1));
        if (!Files.exists(block)) {
            return name;
        }
        Path real = block.toRealPath();
        Path queue = Files.exists(real.resolve("queue")) ? real.resolve("queue") : real.resolveSibling("queue");
        return name + ", scheduler " + read(queue.resolve("scheduler")) + ", write cache " + read(queue.resolve("write_cache"))
                + ", segments a request " + read(queue.resolve("max_segments")) + ", bytes a request " + read(queue.resolve("max_sectors_kb"))
                + " KiB";
    }

    private static String read(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readString(file).strip() : "unknown";
    }
}

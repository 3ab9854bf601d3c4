package io.lss.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lss demo} from end to end, in a JVM of its own: it kills a third one. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoTest {
    private static final String MAIN = "io.lss.cli.Main";
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path directory;

    private Path data;
    private Path temporary;

    /** How a process ended, and what it wrote. */
    private record Run(int exitCode, String out, String err) {
        @Override
        public String toString() {
            return "exit code " + exitCode + "\n" + out + err;
        }
    }

    @BeforeEach
    void makeData() throws IOException {
        data = Files.createDirectories(directory.resolve("data/inner")).getParent();
        temporary = Files.createDirectory(directory.resolve("tmp"));
        SplittableRandom random = new SplittableRandom(7);
        for (String name : List.of("a", "inner/b with a space", "inner/c")) {
            byte[] content = new byte[100_000 + random.nextInt(1_000_000)];
            random.nextBytes(content);
            Files.write(data.resolve(name), content);
        }
    }

    @Test
    void onTheModulePathItKillsAWritingProcessAndFindsEverythingAcknowledged() throws Exception {
        assertVerified(demo(modulePath(), "--mb", "24", "--commit", "0.2", data.toString()));
    }

    @Test
    void withNativeAccessItGoesThroughIoUringAndSoDoesTheProcessThatIsKilled() throws Exception {
        Assumptions.assumeTrue(RealStore.isUringAt(temporary), "SKIPPED: no io_uring here");
        List<String> launch = new ArrayList<>(
                List.of("--illegal-native-access=deny", "--enable-native-access=io.lss.uring"));
        launch.addAll(modulePath());
        Run run = demo(launch, "--mb", "24", "--commit", "0.2", data.toString()); // the provider it chooses by itself
        assertVerified(run);
        assertTrue(run.out().contains("uring: io_uring by "), run::toString);
    }

    @Test
    void onTheClassPathItDoesTheSame() throws Exception {
        assertVerified(demo(List.of("--class-path", CLASS_PATH, MAIN), "--mb", "24", "--commit", "0", data.toString()));
    }

    @Test
    void aStoreThatIsKeptCanBeFoundWhereItWasPut() throws Exception {
        Path store = directory.resolve("store");
        Run run = demo(
                modulePath(), "--mb", "8", "--commit", "0", "--store", store.toString(), "--keep", data.toString());
        assertVerified(run);
        assertTrue(Files.isDirectory(store), run::toString);
        assertTrue(run.out().contains("kept at " + store), run::toString);
    }

    @Test
    void aProviderThatDoesNotExistIsAClearErrorAndLeavesNothingBehind() throws Exception {
        Run run = demo(modulePath(), "--mb", "8", "--provider", "nonesuch", data.toString());
        assertEquals(10, run.exitCode(), run::toString);
        assertEquals(1, run.err().lines().count(), run::toString);
        assertTrue(run.err().contains("nonesuch"), run::toString);
        assertNothingIsLeft(run);
    }

    private void assertVerified(Run run) throws IOException {
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().contains("killed "), run::toString);
        assertTrue(run.out().contains("acknowledged "), run::toString);
        assertTrue(run.out().contains("\nVERIFIED "), run::toString);
        assertFalse(run.out().contains("\u001b"), run::toString);
        assertEquals("", run.err(), run::toString);
        assertNothingIsLeft(run);
    }

    private void assertNothingIsLeft(Run run) throws IOException {
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList(), run::toString);
        }
    }

    private Run demo(List<String> launch, String... arguments) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // On a disk, wherever the tests of this build put their files.
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(launch);
        command.add("demo");
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            int exitCode = process.waitFor();
            return new Run(exitCode, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The modules of the product among what is on the class path of this test, as bin/lss puts them together. */
    private static List<String> modulePath() {
        String path = Stream.of(CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> Files.exists(Path.of(entry)))
                .filter(DemoTest::isOfProduct)
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("--module-path", path, "--module", "io.lss.cli/" + MAIN);
    }

    private static boolean isOfProduct(String entry) {
        if (Files.isDirectory(Path.of(entry)) && !Files.exists(Path.of(entry, "module-info.class"))) {
            return false;
        }
        List<String> names = ModuleFinder.of(Path.of(entry)).findAll().stream()
                .map(ModuleReference::descriptor)
                .map(ModuleDescriptor::name)
                .toList();
        return names.stream().anyMatch(name -> name.startsWith("io.lss.") || name.equals("info.picocli"))
                && !names.contains("io.lss.tck");
    }
}

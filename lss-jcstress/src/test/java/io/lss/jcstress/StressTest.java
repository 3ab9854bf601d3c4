package io.lss.jcstress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs jcstress in a JVM of its own. What is in {@code src/main} must pass; what is in {@code src/test} is broken on
 * purpose, and each must be seen to fail.
 *
 * <p>{@code -Dlss.jcstress="-m tough"} replaces the short default run.
 */
class StressTest {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path PASSING = TARGET.resolve("classes");
    private static final Path BROKEN = TARGET.resolve("test-classes");

    /** One fork of each JVM configuration, half a second in each. */
    private static final String SHORT = "-f 1 -fsm 1 -iters 2 -time 150 -sc false";

    /** jcstress pins threads to processors through JNA. */
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    private static final long MINUTES = 25;
    /** Before each test in jcstress's own list: the length of its name, then the name. */
    private static final Pattern LISTED = Pattern.compile("JCTEST(\\d+)S");

    private static final Pattern TALLY = Pattern.compile("\\(Results: (\\d+) planned; (\\d+) passed.*\\)");

    @Test
    void everyStressTestOfTheEnginePassesInEveryConfiguration() throws Exception {
        List<String> tests = listedIn(PASSING);
        assertFalse(tests.isEmpty(), "no jcstress test in lss-jcstress/src/main/java: the ring is not under stress");
        Run run = Run.of("passing", ".*", PASSING, System.getProperty("lss.jcstress", SHORT));
        System.out.println("jcstress: " + tests.size() + " tests " + tests + ": " + run.tally());
        assertEquals(0, run.exit(), run::toString);
        Matcher tally = TALLY.matcher(run.tally());
        assertTrue(tally.matches(), run::toString);
        assertEquals(tally.group(1), tally.group(2), run::toString);
        assertTrue(Integer.parseInt(tally.group(2)) >= tests.size(), run::toString);
    }

    @Test
    void everyBrokenOneIsCaught() throws Exception {
        List<String> tests = listedIn(BROKEN);
        assertFalse(tests.isEmpty(), "no broken test in lss-jcstress/src/test/java: nothing shows that this can fail");
        Run run = Run.of("broken", ".*", BROKEN, SHORT);
        assertNotEquals(0, run.exit(), run::toString);
        for (String test : tests) {
            List<String> forbidden = run.forbiddenIn(test);
            System.out.println("jcstress: broken on purpose: " + test + ": " + forbidden);
            assertFalse(forbidden.isEmpty(), () -> test + " was not caught: " + run);
        }
    }

    private static List<String> listedIn(Path classes) throws IOException {
        Path list = classes.resolve("META-INF/TestList");
        if (!Files.exists(list)) {
            return List.of();
        }
        String text = Files.readString(list);
        return LISTED.matcher(text)
                .results()
                .map(found -> text.substring(found.end(), found.end() + Integer.parseInt(found.group(1))))
                .toList();
    }

    private record Run(int exit, String output, Path log) {

        static Run of(String name, String selection, Path classes, String options) throws Exception {
            Path results = Files.createDirectories(TARGET.resolve("jcstress").resolve(name));
            Path log = results.resolve("log");
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(NATIVE, "-cp", classPath(classes), "org.openjdk.jcstress.Main"));
            command.addAll(List.of("-jvmArgsPrepend", NATIVE, "-t", selection, "-r", results.toString()));
            command.addAll(List.of(options.trim().split("\\s+")));
            Process process = new ProcessBuilder(command)
                    .directory(results.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "jcstress has not ended, see " + log);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Run(process.exitValue(), Files.readString(log), log);
        }

        /** The test class path with one of this module's two class directories. */
        private static String classPath(Path classes) {
            var others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(PASSING))
                    .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(BROKEN));
            return String.join(File.pathSeparator, Stream.concat(Stream.of(classes.toString()), others).toList());
        }

        /** {@return what was seen of what this test forbids, over all configurations} */
        List<String> forbiddenIn(String test) {
            String summary = output.substring(output.lastIndexOf("RUN RESULTS"));
            int from = summary.indexOf("[FAILED] " + test + "\n");
            return from < 0
                    ? List.of()
                    : summary.substring(from)
                            .lines()
                            .skip(1)
                            .takeWhile(line -> !line.contains("[FAILED]") && !line.startsWith("  HTML"))
                            .filter(line -> line.contains("Forbidden") && !line.contains(" 0.00% "))
                            .map(line -> line.trim().replaceAll(" {2,}", "  "))
                            .toList();
        }

        String tally() {
            return TALLY.matcher(output).results().map(found -> found.group()).reduce("no results", (a, b) -> b);
        }

        @Override
        public String toString() {
            int from = Math.max(0, output.lastIndexOf("RUN RESULTS"));
            return "jcstress exit " + exit + ", all of it in " + log + "\n" + output.substring(from);
        }
    }
}

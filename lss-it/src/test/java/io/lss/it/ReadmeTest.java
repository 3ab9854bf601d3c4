package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example in the README compiles and does what it says. */
@Timeout(120)
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");

    @TempDir
    private Path temp;

    @Test
    void theExampleRuns() throws IOException, InterruptedException {
        Files.writeString(temp.resolve("Example.java"), program(example()));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--class-path",
                        absolute(System.getProperty("java.class.path")),
                        "Example.java")
                .directory(temp.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> printed = process.inputReader().lines().toList();
        assertEquals(0, process.waitFor());
        assertEquals(2, printed.size(), printed::toString);
        assertTrue(printed.stream().allMatch(line -> line.endsWith(": 5 bytes")), printed::toString);
    }

    private static List<String> example() throws IOException {
        List<String> lines = Files.readAllLines(README);
        int begin = lines.indexOf("```java") + 1;
        assertTrue(begin > 0, "the README has an example");
        return lines.subList(begin, begin + lines.subList(begin, lines.size()).indexOf("```"));
    }

    private static String program(List<String> example) {
        List<String> all = new ArrayList<>(example.stream().filter(ReadmeTest::isImport).toList());
        all.add("class Example { public static void main(String[] args) throws Exception {");
        all.addAll(example.stream().filter(line -> !isImport(line)).toList());
        all.add("}}");
        return String.join("\n", all);
    }

    private static boolean isImport(String line) {
        return line.startsWith("import ");
    }

    private static String absolute(String classPath) {
        return String.join(
                java.io.File.pathSeparator,
                List.of(classPath.split(java.io.File.pathSeparator)).stream().map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
    }
}

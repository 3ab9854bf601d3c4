package io.lss.faults.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lss.faults.LayerNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/RELIABILITY.md} names as the proof for a fault is there: tests, layers, scenarios. */
class ReliabilityTest {

    private static final int FAULTS = 25;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\| ([^|]*) \\|$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final Path root = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();

    @Test
    void everyFaultHasAProofAndEveryProofIsThere() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Set<String> classes = classes();
        List<String> titles = Scenarios.all(List.of("filechannel", "uring")).stream().map(Scenario::title).toList();
        Matcher row = ROW.matcher(section(Files.readString(root.resolve("docs/RELIABILITY.md"))));
        while (row.find()) {
            numbers.add(Integer.valueOf(row.group(1)));
            List<String> proofs =
                    CODE.matcher(row.group(2)).results().map((MatchResult code) -> code.group(1)).toList();
            assertFalse(proofs.isEmpty(), row.group());
            proofs.stream()
                    .filter(proof -> !isThere(proof, classes, titles))
                    .forEach(proof -> missing.add(row.group(1) + ": " + proof));
        }
        assertEquals(IntStream.rangeClosed(1, FAULTS).boxed().toList(), numbers);
        assertEquals(List.of(), missing);
    }

    /** The part with the table of faults: the tables of figures have numbers in their first column too. */
    private static String section(String page) {
        String[] parts = page.split("\n## ");
        return Stream.of(parts)
                .filter(part -> part.startsWith("Every fault"))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isThere(String proof, Set<String> classes, List<String> titles) {
        String start = proof.replaceFirst("[A-Z.].*", "");
        return LayerNames.ALL.contains(proof)
                || classes.contains(proof.replaceFirst("\\..*", ""))
                || !start.isEmpty() && titles.stream().anyMatch(title -> title.startsWith(start));
    }

    private Set<String> classes() throws IOException {
        try (Stream<Path> modules = Files.list(root)) {
            return modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(ReliabilityTest::files)
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<Path> files(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

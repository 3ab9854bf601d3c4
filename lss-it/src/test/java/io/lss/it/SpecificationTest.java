package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule of {@code docs/SPEC.md} has a test whose name begins with its number, and every such name has a rule. */
class SpecificationTest {

    private static final Pattern RULE = Pattern.compile("(?m)^\\| ([FS]\\d+) \\|");
    private static final Pattern NAME = Pattern.compile("\\bvoid ([A-Za-z]\\d+)_\\w+\\(");

    @Test
    void everyRuleHasATestOfItsNumber() throws IOException {
        Path root = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
        Set<String> rules = found(RULE, Files.readString(root.resolve("docs/SPEC.md")))
                .map(rule -> rule.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(rules.containsAll(List.of("f1", "f14", "s1", "s20")), rules::toString);
        Set<String> tested = new TreeSet<>();
        for (Path source : testSources(root)) {
            found(NAME, Files.readString(source)).forEach(tested::add);
        }
        assertEquals(rules, tested);
    }

    private static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
    }

    private static List<Path> testSources(Path root) throws IOException {
        try (Stream<Path> modules = Files.list(root)) {
            List<Path> tests =
                    modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory).toList();
            return tests.stream().flatMap(SpecificationTest::sources).toList();
        }
    }

    private static Stream<Path> sources(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

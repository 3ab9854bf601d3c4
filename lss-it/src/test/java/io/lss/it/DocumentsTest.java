package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The documents say what is there: code in them is code that is compiled and run, links lead somewhere, and no error is left out.
 *
 * <p>A block of Java in {@code docs} follows a line {@code <!-- from: FILE -->} and is, word for word, a region of that file, which is a class
 * that a test runs. (The block in the README is run as it stands, by ReadmeTest.)
 */
class DocumentsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path GUIDE = Path.of("lss-it/src/test/java/io/lss/it/guide");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    /** A fenced block; the file is empty if none is named. */
    private record Block(String document, int line, String language, String file, List<String> text) {
        String where() {
            return document + ":" + line;
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT); Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        return documents;
    }

    private static List<Block> blocks(Path document) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(document);
        String name = ROOT.relativize(document).toString();
        String file = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("<!-- from: ")) {
                file = line.substring("<!-- from: ".length(), line.indexOf(" -->"));
                assertTrue(i + 1 < lines.size() && lines.get(i + 1).startsWith("```"), name + ":" + (i + 1) + ": no block follows the mark");
            } else if (line.startsWith("```")) {
                int begin = i + 1;
                int end = begin;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                blocks.add(new Block(name, begin, line.substring(3), file, lines.subList(begin, end)));
                file = "";
                i = end;
            }
        }
        return blocks;
    }

    private static List<Block> blocks() throws IOException {
        List<Block> all = new ArrayList<>();
        for (Path document : documents()) {
            all.addAll(blocks(document));
        }
        return all;
    }

    /** {@return lines without what all of them are indented by} */
    private static List<String> flush(List<String> lines) {
        int indent = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return lines.stream().map(line -> line.isBlank() ? "" : line.substring(indent)).toList();
    }

    private static boolean holds(List<String> file, List<String> block) {
        List<String> wanted = flush(block);
        for (int i = 0; i + wanted.size() <= file.size(); i++) {
            if (flush(file.subList(i, i + wanted.size())).equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void everyBlockWithAMarkIsARegionOfItsFile() throws IOException {
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (Block block : blocks()) {
            if (!block.file().isEmpty()) {
                Path file = ROOT.resolve(block.file());
                checked++;
                if (block.text().isEmpty() || !Files.isRegularFile(file) || !holds(Files.readAllLines(file), block.text())) {
                    wrong.add(block.where() + " is not in " + block.file());
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(checked >= 12, checked + " blocks");
    }

    @Test
    void everyBlockOfJavaHasAMarkAndItsFileIsRun() throws IOException {
        List<String> wrong = new ArrayList<>();
        Set<String> shown = new TreeSet<>();
        String test = Files.readString(ROOT.resolve(GUIDE).resolve("GuideTest.java"));
        for (Block block : blocks()) {
            if (block.language().equals("java") && !block.document().equals("README.md")) {
                Path file = Path.of(block.file());
                String type = file.getFileName().toString().replace(".java", "");
                shown.add(type);
                // What is in examples is run by bin/examples, and tests run themselves.
                boolean run = block.file().startsWith("examples/")
                        || type.endsWith("Test")
                        || (file.startsWith(GUIDE) && Pattern.compile("\\b" + type + "\\b").matcher(test).find());
                if (!run) {
                    wrong.add(block.where() + ": '" + block.file() + "' is run by no test");
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(1, blocks(ROOT.resolve("README.md")).stream().filter(block -> block.language().equals("java")).count(), "ReadmeTest runs one");
        try (Stream<Path> files = Files.list(ROOT.resolve(GUIDE))) {
            Set<String> all = new TreeSet<>(files.map(file -> file.getFileName().toString().replace(".java", "")).toList());
            all.remove("GuideTest");
            all.removeAll(shown);
            assertEquals(Set.of(), all, "no document shows these");
        }
    }

    @Test
    void aChangedBlockIsNoticed() {
        List<String> file = List.of("class A {", "    int a;", "", "    int b;", "}");
        assertTrue(holds(file, List.of("int a;", "", "int b;")));
        assertTrue(holds(file, List.of("class A {", "    int a;")));
        assertEquals(false, holds(file, List.of("int a;", "int b;")));
        assertEquals(false, holds(file, List.of("int  a;")));
        assertEquals(false, holds(file, List.of("class A {", "int a;")));
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
                String to = link.group(1);
                if (!to.contains(":")) {
                    links++;
                    if (!Files.exists(document.resolveSibling(to))) {
                        broken.add(ROOT.relativize(document) + ": " + to);
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 20, links + " links");
    }

    @Test
    void everyErrorHasItsSection() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("docs/ERRORS.md"));
        List<String> missing = Stream.of(StoreException.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .filter(name -> !lines.contains("## " + name))
                .toList();
        assertEquals(List.of(), missing, "docs/ERRORS.md has no section for these");
    }

    @Test
    void everyDocumentCanBeFoundFromTheReadme() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        List<String> lost = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.map(file -> "docs/" + file.getFileName()).filter(name -> name.endsWith(".md") && !readme.contains(name)).forEach(lost::add);
        }
        assertEquals(List.of(), lost, "the README does not name these");
    }
}

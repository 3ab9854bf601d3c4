package io.lss.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @TempDir
    private Path directory;

    @Test
    void filesAreFoundBelowInTheOrderOfTheirNamesAndEmptyOnesAndLinksAreNot() throws IOException {
        Files.createDirectories(directory.resolve("b/inner"));
        Files.writeString(directory.resolve("c"), "ccc");
        Files.writeString(directory.resolve("b/inner/x"), "x");
        Files.writeString(directory.resolve("b/y"), "yy");
        Files.writeString(directory.resolve("a"), "");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("c"));

        Corpus corpus = Corpus.of(directory, Long.MAX_VALUE);

        assertEquals(
                List.of("b/inner/x", "b/y", "c"),
                corpus.files().stream()
                        .map(file -> directory.relativize(file.path()).toString())
                        .toList());
        assertEquals(6, corpus.bytes());
        assertEquals(0, corpus.startOf(0));
        assertEquals(1, corpus.startOf(1));
        assertEquals(List.of(0, 1, 1, 2, 2, 2), List.of(0, 1, 2, 3, 4, 5).stream().map(corpus::fileAt).toList());
    }

    @Test
    void theSearchEndsWhenThereIsEnough() throws IOException {
        Files.writeString(directory.resolve("a"), "aa");
        Files.writeString(directory.resolve("b"), "bb");
        Files.writeString(directory.resolve("c"), "cc");
        assertEquals(2, Corpus.of(directory, 3).files().size());
    }

    @Test
    void aListThatWasSavedNamesTheSameFilesWhateverTheirNames() throws IOException {
        Files.writeString(directory.resolve("with space"), "1");
        Files.writeString(directory.resolve("per%20cent"), "2");
        Files.writeString(directory.resolve("line\nbreak"), "3");
        Corpus corpus = Corpus.of(directory, Long.MAX_VALUE);
        Path list = directory.resolve("list");

        corpus.save(list);

        assertEquals(corpus.files(), Corpus.load(list).files());
    }

    @Test
    void aFileThatWasChangedIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "before");
        Corpus corpus = Corpus.of(directory, Long.MAX_VALUE);
        assertNull(corpus.changed());
        Files.writeString(file, "afterwards");
        assertEquals(file, corpus.changed());
        Files.delete(file);
        assertEquals(file, corpus.changed());
    }

    @Test
    void theJdkHasData() throws IOException {
        assertTrue(Corpus.ofJdk().bytes() > 1 << 20);
    }
}

package io.lss.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPlaceTest {
    @TempDir
    private Path directory;

    private static void fill(DemoPlace place) throws IOException {
        Files.createDirectories(place.store().resolve("inner"));
        Files.writeString(place.store().resolve("inner/segment"), "x");
        Files.writeString(place.scratch().resolve("control"), "x");
    }

    @Test
    void aTemporaryStoreGoesWithEverythingElse() throws IOException {
        DemoPlace place = DemoPlace.create(null);
        fill(place);
        place.delete();
        assertFalse(Files.exists(place.scratch()));
        assertFalse(Files.exists(place.store()));
    }

    @Test
    void aTemporaryStoreThatIsKeptStaysAlone() throws IOException {
        DemoPlace place = DemoPlace.create(null);
        fill(place);
        place.keepStore();
        place.delete();
        assertTrue(Files.exists(place.store().resolve("inner/segment")));
        assertFalse(Files.exists(place.scratch().resolve("control")));
        DemoPlace.delete(place.scratch(), false);
    }

    @Test
    void aChosenDirectoryThatWasThereStaysEmpty() throws IOException {
        Path chosen = Files.createDirectory(directory.resolve("chosen"));
        DemoPlace place = DemoPlace.create(chosen);
        fill(place);
        place.delete();
        assertTrue(Files.exists(chosen));
        try (var children = Files.list(chosen)) {
            assertEquals(0, children.count());
        }
        assertFalse(Files.exists(place.scratch()));
    }

    @Test
    void aChosenDirectoryThatWasNotThereIsGoneAgain() throws IOException {
        DemoPlace place = DemoPlace.create(directory.resolve("chosen"));
        assertTrue(place.freeBytes() > 0);
        fill(place);
        place.delete();
        assertFalse(Files.exists(place.store()));
        assertTrue(Files.exists(directory));
    }
}

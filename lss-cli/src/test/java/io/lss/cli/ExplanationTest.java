package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    @Test
    void aFailureIsToldInOneLineWithItsPlace() {
        assertEquals("no such file or directory: /x", Explanation.of(new NoSuchFileException("/x")));
        assertEquals("access denied: /x", Explanation.of(new AccessDeniedException("/x")));
        assertEquals("/x: Is a directory", Explanation.of(new FileSystemException("/x", null, "Is a directory")));
        assertEquals("full; free some", Explanation.of(new StoreFullException("full;\n  free some")));
        assertEquals("IOException", Explanation.of(new IOException()));
    }

    @Test
    void damageSaysWhatToTypeAndWhere() {
        assertEquals(
                "store corrupt at LSN 8192: frame checksum wrong in segment 1, position 64; nothing was changed. What is there: lss dump"
                        + " /data/log. Restore it from a backup, or save what is sound into a new store: lss salvage /data/log NEW",
                Explanation.of(new StoreCorruptException(8192, "frame checksum wrong in segment 1, position 64")
                        .at(URI.create("file:///data/log/"))));
        assertEquals(
                "store corrupt in its root: copy 0: no root; nothing was changed. What is there: lss dump STORE. Restore it from a backup, or"
                        + " save what is sound into a new store: lss salvage STORE NEW",
                Explanation.of(new StoreCorruptException(-1, "copy 0: no root")));
    }

    @Test
    void aPlaceWithoutAStoreSaysWhatMakesOne() {
        assertEquals(
                "location /x y/z does not exist; check the path, or make a store there: lss append --create '/x y/z'",
                Explanation.of(StoreLocationException.vacant("location /x y/z does not exist", "any advice to a program")
                        .at(URI.create("file:///x%20y/z/"))));
        assertEquals("location /x is no place", Explanation.of(new StoreLocationException("location /x is no place")));
    }

    @Test
    void whoHasNoStoreOpenIsNotToldToTrimIt() {
        assertEquals(
                "nothing can be appended now: no space for segment 4; free space on that file system, or raise the quota, and try again",
                Explanation.of(new StoreFullException("nothing can be appended now: no space for segment 4", "trimBefore", null)));
    }

    @Test
    void aPathIsOneWordForAShell() {
        assertEquals("/data/log-1", Explanation.word(Path.of("/data/log-1")));
        assertEquals("'/it'\\''s'", Explanation.word(Path.of("/it's")));
    }

    @Test
    void whatNobodyExpectedSaysHowToLearnMore() {
        assertEquals(
                "unexpected java.lang.IllegalStateException: odd; --verbose shows where",
                Explanation.of(new IllegalStateException("odd")));
    }
}

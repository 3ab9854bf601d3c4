package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoSpaceTest {

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded", "There is not enough space on the disk"})
    void aFullDiskIsRecognizedByTheSystemsWords(String words) {
        assertTrue(NoSpace.isCauseOf(new IOException(words)));
        assertTrue(NoSpace.isCauseOf(new FileSystemException("/a/file", null, words)));
        assertTrue(NoSpace.isCauseOf(new IOException("write failed", new IOException(words))));
    }

    @Test
    void otherFailuresAreNotAFullDisk() {
        assertFalse(NoSpace.isCauseOf(new IOException("Input/output error")));
        assertFalse(NoSpace.isCauseOf(new IOException()));
        assertFalse(NoSpace.isCauseOf(null));
    }

    @Test
    void aRingOfCausesIsFollowedOnlySoFar() {
        IOException one = new IOException("one");
        IOException two = new IOException("two", one);
        one.initCause(two);
        assertFalse(NoSpace.isCauseOf(one));
    }
}

package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @Test
    void aFullDiskIsRecognizedInTheLanguageOfTheProcess(@TempDir Path locales) throws Exception {
        assumeTrue(
                Files.exists(Path.of("/dev/full")) && Files.isExecutable(Path.of("/usr/bin/localedef")),
                "SKIPPED: no locale can be made here, or there is no /dev/full");
        String locale = locales.resolve("de_DE.UTF-8").toString();
        assumeTrue(
                new ProcessBuilder("/usr/bin/localedef", "-i", "de_DE", "-f", "UTF-8", locale).start().waitFor() == 0,
                "SKIPPED: no German locale can be made here");
        Map<String, String> german = Map.of("LOCPATH", locales.toString(), "LC_ALL", "de_DE.UTF-8", "LANGUAGE", "");
        try (ChildJvm child = ChildJvm.run(FullDeviceChild.class, german)) {
            String words = child.line();
            assumeFalse(words.contains("No space left"), "SKIPPED: the system has no German words");
            assertEquals("full", child.line(), words);
        }
    }
}

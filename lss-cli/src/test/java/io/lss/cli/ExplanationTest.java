package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.StoreFullException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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
    void whatNobodyExpectedSaysHowToLearnMore() {
        assertEquals(
                "unexpected java.lang.IllegalStateException: odd; --verbose shows where",
                Explanation.of(new IllegalStateException("odd")));
    }
}

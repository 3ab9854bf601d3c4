package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.NoProviderException;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.api.StoreVersionException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void noTwoAreAlike() {
        assertEquals(
                ExitCode.values().length,
                Arrays.stream(ExitCode.values()).mapToInt(ExitCode::code).distinct().count());
    }

    @Test
    void eachFailureHasItsOwn() {
        assertEquals(ExitCode.CORRUPT, ExitCode.of(new StoreCorruptException(1, "x")));
        assertEquals(ExitCode.LOCKED, ExitCode.of(new StoreLockedException("x")));
        assertEquals(ExitCode.NEWER_FORMAT, ExitCode.of(new StoreVersionException("x")));
        assertEquals(ExitCode.FULL, ExitCode.of(new StoreFullException("x")));
        assertEquals(ExitCode.NO_PROVIDER, ExitCode.of(new NoProviderException("x", Map.of())));
        assertEquals(ExitCode.NO_STORE, ExitCode.of(new StoreLocationException("x")));
        assertEquals(
                ExitCode.NO_PERMISSION, ExitCode.of(new StoreLocationException("x", new AccessDeniedException("x"))));
        assertEquals(ExitCode.NO_PERMISSION, ExitCode.of(new AccessDeniedException("x")));
        assertEquals(ExitCode.FAILED, ExitCode.of(new StoreFailedException("x", 1, null)));
        assertEquals(ExitCode.FAILED, ExitCode.of(new IOException("x")));
        assertEquals(
                ExitCode.FULL, ExitCode.of(new IOException("x", new FileSystemException("root-1", null, "No space left on device"))));
    }

    @Test
    void thePageForOperatorsHasEachOfThem() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "COMMANDS.md"));
        for (ExitCode each : ExitCode.values()) {
            String row = "| " + each.code() + " | `" + each.word() + "` | " + each.meaning() + " |";
            assertTrue(page.contains(row), row);
        }
    }
}

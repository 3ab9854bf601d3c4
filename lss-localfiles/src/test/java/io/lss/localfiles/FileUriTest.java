package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLocationException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileUriTest {

    @Test
    void thePathOfAPathsUriIsThatPath(@TempDir Path directory) throws Exception {
        Path withBlank = directory.resolve("a store");
        assertEquals(withBlank, FileUri.toPath(withBlank.toUri()));
    }

    @Test
    void onlyTheFileSchemeIsLocal() {
        assertTrue(FileUri.isLocal(URI.create("FILE:///tmp")));
        assertFalse(FileUri.isLocal(URI.create("s3://bucket/log")));
        assertFalse(FileUri.isLocal(URI.create("relative/path")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/log", "relative/path", "file:relative", "file:///tmp?query", "file:///tmp#part"})
    void aLocationThatIsNoLocalDirectoryIsRefusedByName(String location) {
        var failure = assertThrows(StoreLocationException.class, () -> FileUri.toPath(URI.create(location)));
        assertTrue(String.valueOf(failure.getMessage()).contains(location), failure.getMessage());
    }
}

package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @Test
    void theDefaultsAreDirectZeroFilledAndAsManyWritersAsBuffersUpToFour() {
        assertEquals(new Settings("auto", true, 4, 8, 4), Settings.of(Devices.options()));
    }

    @Test
    void everyPropertyIsTaken() {
        assertEquals(
                new Settings("off", false, 1, 2, 0),
                Settings.of(Devices.options(
                        "direct", "off", "preallocate", "sparse", "writers", "1", "readers", "2", "spares", "0")));
    }

    @Test
    void aWrongPropertyIsRefusedBeforeAnythingIsTouched(@TempDir Path parent) {
        Path location = parent.resolve("store");
        var failure = assertThrows(IllegalArgumentException.class, () -> Devices.open(location, "directly", "yes"));
        assertEquals(
                "provider filechannel has no property 'directly'; it has direct, preallocate, readers, spares, writers",
                failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Devices.open(location, "writers", "0"));
        assertFalse(Files.exists(location));
    }

    @Test
    void theTraitsTellWhatIsInUse(@TempDir Path directory) throws Exception {
        try (Device device = Devices.open(directory, "direct", "off", "writers", "3")) {
            assertEquals(3, device.traits().depth());
            assertEquals(1, device.traits().memoryAlignment());
            assertTrue(device.traits().anyThread());
            assertFalse(device.traits().volatileMedium());
            assertEquals(Files.getFileStore(directory).getBlockSize(), device.traits().blockSize());
            String description = device.traits().description();
            assertTrue(description.startsWith("FileChannel, page cache, "), description);
            assertTrue(description.endsWith(", zero-filled segments, 3 writers"), description);
        }
    }
}

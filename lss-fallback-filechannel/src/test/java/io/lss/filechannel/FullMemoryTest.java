package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreFullException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.LocalFullDiskContract;
import io.lss.tck.device.Outcome;
import io.lss.tck.device.SmallFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file system in memory. */
class FullMemoryTest extends LocalFullDiskContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @Override
    protected SmallFileSystem mount() throws IOException {
        return SmallFileSystem.tmpfs(directory, "size=" + DISK);
    }

    @Test
    void f4_aWriteThatFindsNoSpaceInASparseSegmentFailsForGoodAndSaysWhere() throws Exception {
        try (SmallFileSystem mount = mount()) {
            Path store = mount.point().resolve("store");
            try (Device device = openAt(store, "preallocate", "sparse")) {
                Segment segment = device.create(1, SEGMENT);
                assertThrows(StoreFullException.class, () -> device.create(2, DISK + SEGMENT));
                fill(mount.point().resolve("ballast"));
                Outcome outcome = Outcome.write(device, segment, device.allocate(8192), 4096, true);
                IOException failure = assertThrows(IOException.class, outcome::await);
                assertFalse(failure instanceof StoreFullException, "a failed write is not recoverable");
                String message = String.valueOf(failure.getMessage());
                for (String part : List.of(
                        "file=" + store.resolve("seg-0000000000000001.lss"), "position=4096", "length=8192",
                        "done=0", "No space left on device")) {
                    assertTrue(message.contains(part), message);
                }
            }
        }
    }

    @Test
    void aFileSystemInMemoryIsReportedAsVolatileAndNotTreatedAsADisk() throws Exception {
        try (SmallFileSystem mount = mount();
                Device device = openAt(mount.point().resolve("store"))) {
            assertTrue(device.traits().volatileMedium());
            String description = device.traits().description();
            assertTrue(description.contains("page cache (tmpfs is memory), tmpfs (volatile)"), description);
        }
    }
}

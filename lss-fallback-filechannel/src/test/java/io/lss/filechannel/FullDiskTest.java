package io.lss.filechannel;

import static io.lss.filechannel.Devices.SEGMENT;
import static io.lss.filechannel.Devices.assertPattern;
import static io.lss.filechannel.Devices.pattern;
import static io.lss.filechannel.Devices.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import io.lss.filechannel.Devices.Outcome;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullDiskTest {

    private static final long DISK = 32 << 20;

    @TempDir
    Path parent;

    private Mount mount(String type) throws IOException {
        return type.equals("tmpfs") ? Mount.tmpfs(parent, "size=" + DISK) : Mount.ext4(parent, DISK);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Takes all the space there is. */
    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int size = 1 << 20; size > 0; size /= 2) {
                while (wrote(out, size)) {
                    // Until not even one byte fits.
                }
            }
        }
    }

    private static boolean wrote(OutputStream out, int size) {
        try {
            out.write(new byte[size]);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "ext4"})
    void f4_aFullDiskShowsWhenASegmentIsCreatedAndHarmsNothing(String type) throws Exception {
        try (Mount mount = mount(type)) {
            Path store = mount.point().resolve("store");
            try (Device device = Devices.open(store, "spares", "1")) {
                device.writeRoot(0, new byte[4096]);
                device.writeRoot(1, new byte[4096]);
                long count = 0;
                StoreFullException full = null;
                List<Segment> segments = new ArrayList<>();
                while (full == null) {
                    try {
                        segments.add(device.create(count + 1, SEGMENT));
                        count++;
                    } catch (StoreFullException e) {
                        full = e;
                    }
                }
                assertTrue(count >= 20, "created " + count);
                assertTrue(String.valueOf(full.getMessage()).contains(store.toString()), full.getMessage());
                assertArrayEquals(LongStream.rangeClosed(1, count).toArray(), device.segments());
                assertFalse(names(store).stream().anyMatch(name -> name.endsWith(".tmp")), "" + names(store));

                for (Segment segment : segments.subList(0, 3)) {
                    segment.close();
                }
                Segment last = segments.getLast();
                fill(mount.point().resolve("ballast"));
                // Every byte of a created segment can be written, and the roots too.
                for (long at = 0; at < SEGMENT; at += 4096) {
                    write(last, pattern(device.allocate(4096), at), at, true).await();
                }
                device.writeRoot(0, new byte[] {1});
                MemorySegment dst = device.allocate(SEGMENT);
                assertEquals(SEGMENT, last.read(dst, 0));
                assertPattern(dst, 0);

                // Still full; then space returns through a deleted segment.
                long next = count + 1;
                assertThrows(StoreFullException.class, () -> device.create(next, SEGMENT));
                device.delete(1);
                device.create(next, SEGMENT).close();
                device.delete(2);
                device.delete(3);
                Files.delete(mount.point().resolve("ballast"));
                device.create(next + 1, 2 * SEGMENT).close(); // the spare file has another length
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "ext4"})
    void f7_aStoreOnAFullDiskOpensAndIsRead(String type) throws Exception {
        try (Mount mount = mount(type)) {
            Path store = mount.point().resolve("store");
            String description;
            try (Device device = Devices.open(store)) {
                description = device.traits().description();
                device.writeRoot(0, new byte[100]);
                write(device.create(1, SEGMENT), pattern(device.allocate(4096), 0), 0, true).await();
            }
            fill(mount.point().resolve("ballast"));
            try (Device device = Devices.open(store)) {
                assertEquals(description, device.traits().description(), "as on any other day");
                MemorySegment dst = device.allocate(4096);
                assertEquals(4096, device.open(1).read(dst, 0));
                assertPattern(dst, 0);
            }
        }
    }

    @Test
    void f4_aWriteThatFindsNoSpaceInASparseSegmentFailsForGoodAndSaysWhere() throws Exception {
        try (Mount mount = mount("tmpfs")) {
            Path store = mount.point().resolve("store");
            try (Device device = Devices.open(store, "preallocate", "sparse")) {
                Segment segment = device.create(1, SEGMENT);
                assertThrows(StoreFullException.class, () -> device.create(2, DISK + SEGMENT));
                fill(mount.point().resolve("ballast"));
                Outcome outcome = write(segment, device.allocate(8192), 4096, true);
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
        try (Mount mount = mount("tmpfs");
                Device device = Devices.open(mount.point().resolve("store"))) {
            assertTrue(device.traits().volatileMedium());
            String description = device.traits().description();
            assertTrue(description.contains("page cache (tmpfs is memory), tmpfs (volatile)"), description);
        }
    }

    @Test
    void theRootOfAFileSystemCanBeAStore() throws Exception {
        try (Mount mount = mount("ext4");
                Device device = Devices.open(mount.point(), "direct", "on")) {
            assertTrue(device.traits().description().contains("O_DIRECT, ext4"), device.traits().description());
        }
    }

    @Test
    void aReadOnlyLocationIsRefused() throws Exception {
        try (Mount mount = Mount.tmpfs(parent, "ro")) {
            for (Path location : List.of(mount.point(), mount.point().resolve("store"))) {
                var failure = assertThrows(StoreLocationException.class, () -> Devices.open(location));
                assertTrue(String.valueOf(failure.getMessage()).contains(location.toString()), failure.getMessage());
                assertTrue(String.valueOf(failure.getMessage()).toLowerCase(java.util.Locale.ROOT).contains("read-only"),
                        failure.getMessage());
            }
        }
    }
}

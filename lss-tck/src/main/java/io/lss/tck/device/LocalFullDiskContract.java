package io.lss.tck.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A disk without space: recoverable where space is asked for, and no harm to what is there. */
public abstract class LocalFullDiskContract extends LocalContract {

    /** The size of the file system, in bytes. */
    protected static final long DISK = 32 << 20;

    /** For subclasses. */
    protected LocalFullDiskContract() {}

    /**
     * {@return a small file system that the provider can use: as on a disk, unless overridden}
     *
     * @throws IOException if there is no place for it
     */
    protected SmallFileSystem mount() throws IOException {
        return SmallFileSystem.ext4(directory, DISK);
    }

    /**
     * Takes all the space there is.
     *
     * @param file a file to be made for it
     * @throws IOException if it cannot be made
     */
    protected static void fill(Path file) throws IOException {
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

    @Test
    void f4_aFullDiskShowsWhenASegmentIsCreatedAndHarmsNothing() throws Exception {
        try (SmallFileSystem mount = mount()) {
            Path store = mount.point().resolve("store");
            try (Device device = openAt(store, "spares", "1")) {
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
                    Outcome.write(device, last, Pattern.fill(device.allocate(4096), at), at, true).await();
                }
                device.writeRoot(0, new byte[] {1});
                MemorySegment dst = device.allocate(SEGMENT);
                assertEquals(SEGMENT, last.read(dst, 0));
                Pattern.assertIn(dst, 0);

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

    @Test
    void f7_aStoreOnAFullDiskOpensAndIsRead() throws Exception {
        try (SmallFileSystem mount = mount()) {
            Path store = mount.point().resolve("store");
            String description;
            try (Device device = openAt(store)) {
                description = device.traits().description();
                device.writeRoot(0, new byte[100]);
                Outcome.write(device, device.create(1, SEGMENT), Pattern.fill(device.allocate(4096), 0), 0, true).await();
            }
            fill(mount.point().resolve("ballast"));
            try (Device device = openAt(store)) {
                assertEquals(description, device.traits().description(), "as on any other day");
                MemorySegment dst = device.allocate(4096);
                assertEquals(4096, device.open(1).read(dst, 0));
                Pattern.assertIn(dst, 0);
            }
        }
    }

    @Test
    void theRootOfAFileSystemCanBeAStore() throws Exception {
        try (SmallFileSystem mount = mount();
                Device device = openAt(mount.point())) {
            assertEquals(0, device.segments().length);
        }
    }

    @Test
    void aReadOnlyLocationIsRefused() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.tmpfs(directory, "ro")) {
            for (Path location : List.of(mount.point(), mount.point().resolve("store"))) {
                var failure = assertThrows(StoreLocationException.class, () -> openAt(location));
                assertTrue(String.valueOf(failure.getMessage()).contains(location.toString()), failure.getMessage());
                assertTrue(String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("read-only"),
                        failure.getMessage());
            }
        }
    }
}

package io.lss.faults.fuzz;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Real images, written by the engine, from which inputs start: the same in every process, since what the engine chose at random
 * (salts and UUIDs) is replaced.
 */
final class Images {

    /** The size of a segment, in bytes. */
    static final long SEGMENT = 64 << 10;

    private static final long SALT = 0x5a17_0000_0000_0000L;

    private final List<MemoryMedium> all = new ArrayList<>();

    private Images() {}

    /** {@return the images} */
    static List<MemoryMedium> make() {
        Images images = new Images();
        try {
            images.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        images.all.forEach(Images::forget);
        return List.copyOf(images.all);
    }

    /** {@return how stores are opened here: without a thread of their own, and nothing happens by itself} */
    static StoreOptions.Builder options() {
        return StoreOptions.builder()
                .provider(MemoryProvider.NAME)
                .callerDriven(true)
                .writeMode(WriteMode.SERIALIZED)
                .bufferSize(16 << 10)
                .buffers(2)
                .linger(Duration.ZERO)
                .reservationTimeout(Duration.ZERO);
    }

    private void write() throws IOException {
        MemoryMedium medium = new MemoryMedium();
        MemoryProvider.put(medium);
        try (LogStructuredStore store = open()) {
            all.add(medium.copy());
            store.setRoot(new byte[] {1, 2, 3});
            units(store, 3, 100);
            all.add(medium.copy());
        }
        all.add(medium.copy());
        try (LogStructuredStore store = open()) {
            units(store, 8, 9_000);
            all.add(medium.copy());
        }
        try (LogStructuredStore store = open()) {
            units(store, 4, 3_000);
            store.trimBefore(store.stableLsn() - 12_000);
            all.add(medium.copy());
            units(store, 9, 8_000);
            store.setRoot(new byte[3_072]);
            all.add(medium.copy());
        }
        all.add(medium.copy());
    }

    private static LogStructuredStore open() throws IOException {
        return LogStructuredStore.open(MemoryProvider.LOCATION, options().segmentSize(SEGMENT).build());
    }

    private static void units(LogStructuredStore store, int count, int longest) throws IOException {
        for (int i = 0; i < count; i++) {
            store.append(new byte[] {(byte) i});
            store.appendBatch(List.of(MemorySegment.ofArray(new byte[7]), MemorySegment.ofArray(new byte[8 + i])));
            store.reserve(20 + i).abort();
            if (i % 3 == 1) {
                store.append(new byte[longest]);
            }
            store.sync();
        }
    }

    /** Replaces what was chosen at random. */
    private static void forget(MemoryMedium medium) {
        for (byte[] root : medium.roots.values()) {
            Format.putLong(root, Format.ROOT_UUID, 1);
            Format.putLong(root, Format.ROOT_UUID + 8, 2);
            Mending.page(root);
        }
        for (Map.Entry<Long, byte[]> each : medium.segments.entrySet()) {
            byte[] segment = each.getValue();
            if (Format.isPage(segment, Format.SEGMENT_MAGIC)) {
                Format.putLong(segment, Format.SEGMENT_UUID, 1);
                Format.putLong(segment, Format.SEGMENT_UUID + 8, 2);
                Format.putLong(segment, Format.SEGMENT_SALT, SALT + each.getKey());
                Mending.segment(segment, each.getKey() * SEGMENT);
            }
        }
    }
}

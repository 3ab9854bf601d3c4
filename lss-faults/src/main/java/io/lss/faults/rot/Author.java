package io.lss.faults.rot;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a store, session by session, and remembers what it did. Nothing is flushed but where it says so, so that the same calls
 * make the same units.
 */
final class Author implements AutoCloseable {

    /** The size of a segment, in bytes: the smallest there is. */
    static final long SEGMENT = 64 << 10;

    private static final int BUFFER = 16 << 10;
    private static final int BUFFERS = 3;

    private final Place place;
    private final Durability durability;
    private final SplittableRandom random;
    private final NavigableMap<Long, byte[]> published = new TreeMap<>();
    private final Set<Long> aborted = new TreeSet<>();
    private final List<Map<String, byte[]>> roots = new ArrayList<>();
    private final List<byte[]> appRoots = new ArrayList<>(List.of(new byte[0]));
    private final List<Long> begins = new ArrayList<>();
    private @Nullable LogStructuredStore store;

    Author(Place place, Durability durability, long seed) throws IOException {
        this.place = place;
        this.durability = durability;
        this.random = new SplittableRandom(seed);
        place.put(Map.of());
    }

    /** {@return how stores of this layer are opened} */
    static StoreOptions.Builder options(String provider, Durability durability) {
        return StoreOptions.builder()
                .provider(provider)
                .durability(durability)
                .writeMode(WriteMode.SERIALIZED)
                .bufferSize(BUFFER)
                .buffers(BUFFERS)
                .linger(Duration.ZERO)
                .reservationTimeout(Duration.ZERO)
                .providerProperty("preallocate", provider.equals("uring") ? "fallocate" : "sparse")
                .providerProperty("spares", "0");
    }

    /** Begins a session. */
    Author open() throws IOException {
        LogStructuredStore opened = LogStructuredStore.open(
                place.directory(), options("filechannel", durability).segmentSize(SEGMENT).build());
        store = opened;
        if (begins.isEmpty()) {
            begins.add(opened.beginLsn());
        }
        keepRoots();
        return this;
    }

    private LogStructuredStore store() {
        if (store == null) {
            throw new IllegalStateException("no session");
        }
        return store;
    }

    private byte[] payload(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Appends records of these lengths. */
    Author append(int... lengths) throws IOException {
        for (int length : lengths) {
            byte[] payload = payload(length);
            published.put(store().append(payload), payload);
        }
        return this;
    }

    Author batch(int... lengths) throws IOException {
        List<byte[]> payloads = new ArrayList<>();
        for (int length : lengths) {
            payloads.add(payload(length));
        }
        long[] lsns = store().appendBatch(payloads.stream().map(MemorySegment::ofArray).toList());
        for (int i = 0; i < lsns.length; i++) {
            published.put(lsns[i], payloads.get(i));
        }
        return this;
    }

    Author abort(int... lengths) throws IOException {
        for (int length : lengths) {
            try (var reservation = store().reserve(length)) {
                aborted.add(reservation.lsn());
                reservation.abort();
            }
        }
        return this;
    }

    /** Ends a unit, and makes it stable. */
    Author sync() throws IOException {
        store().sync();
        return this;
    }

    Author root(int length) throws IOException {
        byte[] root = payload(length);
        store().setRoot(root);
        appRoots.add(root);
        keepRoots();
        return this;
    }

    /** Trims below one of the records, counted from the end; what is below must be stable. */
    Author trimAllBut(int records) throws IOException {
        long lsn = published.descendingKeySet().stream().skip(records - 1L).findFirst().orElseThrow();
        store().trimBefore(lsn);
        begins.add(store().beginLsn());
        keepRoots();
        return this;
    }

    /** Ends a session. */
    @Override
    public void close() throws IOException {
        if (store != null) {
            store.close();
            store = null;
            keepRoots();
        }
    }

    Author closed() throws IOException {
        close();
        return this;
    }

    private void keepRoots() throws IOException {
        Map<String, byte[]> now = new TreeMap<>(place.content());
        now.keySet().removeIf(file -> !StoreImage.isRoot(file));
        if (roots.isEmpty() || !Place.difference(roots.getLast(), now).isEmpty()) {
            roots.add(now);
        }
    }

    /** {@return the files as they are: of a closed store, or of one whose process is killed now} */
    StoreImage image(String name) throws IOException {
        return new StoreImage(
                name,
                SEGMENT,
                place.content(),
                new TreeMap<>(published),
                new TreeSet<>(aborted),
                List.copyOf(roots),
                List.copyOf(appRoots),
                List.copyOf(begins));
    }
}

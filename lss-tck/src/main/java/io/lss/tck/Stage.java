package io.lss.tck;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store on a site, and the moves that tests make with it. Used by one thread at a time. */
final class Stage implements AutoCloseable {

    /** Opens stores. */
    @FunctionalInterface
    interface Opener {
        LogStructuredStore open(URI location, StoreOptions options) throws IOException;
    }

    /** A record as a scan finds it. */
    @SuppressWarnings("ArrayRecordComponent") // compared by content below
    record Found(long lsn, byte[] payload) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Found found && found.lsn == lsn && Arrays.equals(found.payload, payload);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(lsn);
        }

        @Override
        public String toString() {
            return payload.length + " bytes at LSN " + lsn;
        }
    }

    private static final int ROUNDS = 50;

    private final Site site;
    private final StoreOptions options;
    private final Opener opener;
    private final Consumer<String> onOpen;
    private @Nullable LogStructuredStore store;

    Stage(Site site, StoreOptions options, Opener opener, Consumer<String> onOpen) {
        this.site = site;
        this.options = options;
        this.opener = opener;
        this.onOpen = onOpen;
    }

    Site site() {
        return site;
    }

    StoreOptions options() {
        return options;
    }

    /** {@return the open store; opened if it is not} */
    LogStructuredStore store() throws IOException {
        LogStructuredStore open = store;
        return open == null ? open(options) : open;
    }

    /** {@return the store, opened with options} None is open. */
    LogStructuredStore open(StoreOptions with) throws IOException {
        LogStructuredStore opened = opener.open(site.location(), with);
        store = opened;
        onOpen.accept("provider " + opened.provider() + ", " + opened.device() + (opened.volatileMedium() ? ", VOLATILE" : ""));
        return opened;
    }

    /** Closes the store and opens it again. */
    LogStructuredStore reopen() throws IOException {
        store().close();
        store = null;
        return store();
    }

    /** Stops the machine under the store, and opens what is left. */
    LogStructuredStore crash() throws IOException {
        stopMachine();
        return store();
    }

    /** Stops the machine under the store, whose calls fail from then on. */
    void stopMachine() throws IOException {
        LogStructuredStore dead = store;
        store = null;
        site.crash();
        if (dead != null) {
            closeQuietly(dead);
        }
    }

    /** Forgets the store, which the test has closed, or which belongs to the test from now on. */
    void forget() {
        store = null;
    }

    /** Closes a store that may have failed. */
    static void closeQuietly(LogStructuredStore failed) {
        try {
            failed.close();
        } catch (IOException e) {
            // It had failed, or its machine had stopped.
            if (!(e instanceof StoreException) && e.getMessage() == null) {
                throw new AssertionError("a failure without a word", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        LogStructuredStore open = store;
        store = null;
        try {
            if (open != null) {
                closeQuietly(open);
            }
        } finally {
            site.close();
        }
    }

    // ------------------------------------------------------------------------------------------- records

    /** {@return a payload that is nobody else's} */
    static byte[] payload(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed * 31 + length).nextBytes(bytes);
        return bytes;
    }

    /** Appends records of mixed length, the longest there is among them. */
    static List<Found> appendMixed(LogStructuredStore store, int count, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Found> appended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(10) == 0 ? random.nextInt(1, store.maxRecordLength() + 1) : random.nextInt(1, 600);
            byte[] payload = payload(length, seed * 1000 + i);
            appended.add(new Found(store.append(payload), payload));
        }
        return appended;
    }

    /**
     * {@return with what appends and waits fail, on a store that a failure is in store for} One commit, and then several buffers at once, so
     * that the store has reason to use each of its ways to make something durable.
     */
    static StoreFailedException appendUntilFailure(LogStructuredStore store) throws IOException {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                store.awaitStable(store.append(payload(500, round)));
                for (int i = 0; i < 40; i++) {
                    store.append(payload(1000, i));
                }
                store.sync();
            }
        } catch (StoreFailedException e) {
            return e;
        }
        throw new AssertionError("S6: an operation of the device failed, and in " + ROUNDS + " rounds nobody was told");
    }

    /** {@return all that is stable, from an LSN on} */
    static List<Found> scan(LogStructuredStore store, long from) throws IOException {
        List<Found> found = new ArrayList<>();
        try (RecordCursor cursor = store.scan(from)) {
            while (cursor.next()) {
                found.add(new Found(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return found;
    }

    /** {@return all that is stable} */
    static List<Found> scan(LogStructuredStore store) throws IOException {
        return scan(store, store.beginLsn());
    }
}

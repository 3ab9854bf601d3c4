package io.lss.api;

import io.lss.spi.store.StoreEngine;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A durable log of records, the storage of LLAMA (Levandoski, Lomet, Sengupta: "LLAMA: A Cache/Storage Subsystem for Modern
 * Hardware", VLDB 2013).
 *
 * <pre>{@code
 * try (var store = LogStructuredStore.open(Path.of("data/log"))) {
 *     long lsn = store.append("hello".getBytes(UTF_8));
 *     store.awaitStable(lsn);                            // it is now on disk
 *     try (var records = store.scan(store.beginLsn())) {
 *         while (records.next()) {
 *             use(records.lsn(), records.payload());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Every method may be called by any number of threads, platform or virtual, at the same time. Appends take
 * no lock; they wait only when all flush buffers are full (back-pressure).
 *
 * <p><b>Order.</b> An append that ends before another begins has the lower LSN. Stability never passes a hole: when a record
 * is stable, so is every record below it. After a crash the log is a prefix of what was published, with every record that
 * was stable.
 *
 * <p><b>Errors.</b> {@link StoreException} and its kinds; misuse is {@link IllegalArgumentException} or
 * {@link IllegalStateException}. A failed write or sync fails the store for good ({@link StoreFailedException}); a full disk
 * does not ({@link StoreFullException}). After {@link #close} every method but {@code close} and the plain queries throws
 * {@link StoreClosedException}.
 *
 * <p><b>Memory consistency.</b> What a thread did before it published a record happens before what another thread does after
 * it has read that record, or after {@link #awaitStable} or a returned stage told it that the record is stable.
 */
public interface LogStructuredStore extends AutoCloseable {

    /**
     * Opens the store in a directory with default options.
     *
     * @param directory where
     * @return the open store
     * @throws IOException as {@link #open(URI, StoreOptions)} says
     */
    static LogStructuredStore open(Path directory) throws IOException {
        return open(directory, StoreOptions.defaults());
    }

    /**
     * Opens the store in a directory.
     *
     * @param directory where
     * @param options how
     * @return the open store
     * @throws IOException as {@link #open(URI, StoreOptions)} says
     */
    static LogStructuredStore open(Path directory, StoreOptions options) throws IOException {
        return open(directory.toAbsolutePath().toUri(), options);
    }

    /**
     * Opens the store at a location, creating it where the options allow. Recovers what the last owner left, and reports it
     * in {@link #recovery()}.
     *
     * @param location where; the scheme must be one that a provider serves
     * @param options how
     * @return the open store
     * @throws NoProviderException if no provider can serve the location, or the one asked for cannot
     * @throws StoreLocationException if the location is missing, is not accessible or holds something else
     * @throws StoreLockedException if it is open already, here or in another process
     * @throws StoreVersionException if a release with another format wrote it
     * @throws StoreCorruptException if what was stable is damaged; nothing was changed
     * @throws IOException if the medium fails
     */
    static LogStructuredStore open(URI location, StoreOptions options) throws IOException {
        return Stream.of(
                        ServiceLoader.load(StoreEngine.class),
                        ServiceLoader.load(StoreEngine.class, LogStructuredStore.class.getClassLoader()))
                .flatMap(ServiceLoader::stream)
                .map(ServiceLoader.Provider::get)
                .max(Comparator.comparingInt(StoreEngine::preference))
                .orElseThrow(() -> new NoProviderException(
                        "no store engine found: put lss-core on the module path or class path; each provider artifact brings it",
                        Map.of()))
                .open(location, options);
    }

    // ---------------------------------------------------------------------------------------------- append

    /**
     * Claims space for one record; waits while all flush buffers are full.
     *
     * @param length of the payload in bytes, from 1 to {@link #maxRecordLength()}
     * @return the reservation, to be published or aborted
     * @throws IllegalArgumentException if the length is out of range
     * @throws IllegalStateException in checked mode, if the wait could end only by the calling thread's own doing
     * @throws StoreFullException if there is no space on the device
     * @throws StoreInterruptedException if interrupted while waiting; nothing was reserved
     * @throws IOException if the store is closed or has failed
     */
    default Reservation reserve(int length) throws IOException {
        return reserve(length, null);
    }

    /**
     * Claims space for one record, using an ended reservation's object again.
     *
     * @param length of the payload in bytes, from 1 to {@link #maxRecordLength()}
     * @param reuse an ended reservation of this store that nobody uses any more, or null
     * @return {@code reuse}, or a new object if it is null
     * @throws IllegalStateException if {@code reuse} is still open
     * @throws IOException as {@link #reserve(int)} says
     */
    Reservation reserve(int length, @Nullable Reservation reuse) throws IOException;

    /**
     * Claims space for several records at once, all in one flush buffer; either all of it or none. Each is published or
     * aborted by itself.
     *
     * @param lengths of the payloads in bytes, in order; each at least 1
     * @return the reservations, in order
     * @throws IllegalArgumentException if a length is out of range, there is none, or together they exceed a buffer
     * @throws IOException as {@link #reserve(int)} says
     */
    List<Reservation> reserveAll(int... lengths) throws IOException;

    /**
     * Claims space for one record if that needs no waiting.
     *
     * @param length of the payload in bytes, from 1 to {@link #maxRecordLength()}
     * @return the reservation, or nothing if all flush buffers are full
     * @throws IOException as {@link #reserve(int)} says
     */
    Optional<Reservation> tryReserve(int length) throws IOException;

    /**
     * Claims space for several records at once if that needs no waiting.
     *
     * @param lengths as {@link #reserveAll} takes them
     * @return the reservations, or nothing if all flush buffers are full
     * @throws IOException as {@link #reserve(int)} says
     */
    Optional<List<Reservation>> tryReserveAll(int... lengths) throws IOException;

    /**
     * Appends a record. Returns when it is published, not when it is stable. Allocates nothing.
     *
     * @param payload the record, 1 to {@link #maxRecordLength()} bytes; copied
     * @return its LSN
     * @throws IOException as {@link #reserve(int)} says
     */
    long append(MemorySegment payload) throws IOException;

    /**
     * Appends a record, as {@link #append(MemorySegment)} does.
     *
     * @param payload the record; copied
     * @return its LSN
     * @throws IOException as {@link #reserve(int)} says
     */
    long append(byte[] payload) throws IOException;

    /**
     * Appends the remaining bytes of a buffer, as {@link #append(MemorySegment)} does; its position moves to its limit.
     *
     * @param payload the record; copied
     * @return its LSN
     * @throws IOException as {@link #reserve(int)} says; the position has not moved then
     */
    long append(ByteBuffer payload) throws IOException;

    /**
     * Appends several records as one: after a crash all of them are there, or none. They fit one flush buffer together.
     *
     * @param payloads the records, in order; each at least 1 byte
     * @return their LSNs, in order
     * @throws IllegalArgumentException if there is none, one is empty, or together they exceed a buffer
     * @throws IOException as {@link #reserve(int)} says
     */
    long[] appendBatch(List<MemorySegment> payloads) throws IOException;

    /** {@return the longest record in bytes} */
    int maxRecordLength();

    // ---------------------------------------------------------------------------------------------- stability

    /**
     * Seals the current flush buffer, so that what is in it goes to the device as soon as its last reservation has ended.
     * Does not wait; does nothing if the buffer is empty.
     *
     * @throws IOException if the store is closed or has failed
     */
    void flush() throws IOException;

    /**
     * Waits until the record at an LSN is stable, sealing what is needed: on return {@code stableLsn() > lsn}.
     *
     * @param lsn of a record that was reserved; it need not be published yet, but somebody must publish or abort it
     * @throws IllegalArgumentException if no record was ever given that LSN
     * @throws StoreFailedException if the store failed before the record was stable
     * @throws StoreInterruptedException if interrupted; the record's fate is not changed by it
     * @throws IOException if the store is closed
     */
    void awaitStable(long lsn) throws IOException;

    /**
     * Waits until the record at an LSN is stable, but no longer than the given time.
     *
     * @param lsn as {@link #awaitStable(long)} takes it
     * @param timeout how long to wait at most; zero or negative: do not wait
     * @return whether it is stable
     * @throws IOException as {@link #awaitStable(long)} says
     */
    boolean awaitStable(long lsn, Duration timeout) throws IOException;

    /**
     * The same without waiting.
     *
     * @param lsn as {@link #awaitStable(long)} takes it
     * @return a stage that completes when the record is stable, or exceptionally with what {@link #awaitStable(long)} throws;
     *     dependents do not run on the store's own threads
     * @throws IllegalArgumentException if no record was ever given that LSN
     */
    CompletionStage<Void> whenStable(long lsn);

    /**
     * Waits until everything published before this call is stable.
     *
     * @throws IOException as {@link #awaitStable(long)} says
     */
    void sync() throws IOException;

    /** {@return the stable watermark, exclusive: every record with a lower LSN is stable; only grows} */
    long stableLsn();

    /** {@return the written watermark, exclusive: every record with a lower LSN has reached the device; only grows} */
    long writtenLsn();

    /** {@return where the log ends now, exclusive: every LSN ever given out is lower} */
    long tailLsn();

    /** {@return where the log begins, inclusive: records with a lower LSN are trimmed; only grows} */
    long beginLsn();

    /**
     * Drives the store from this thread: issues what is ready, takes in what has completed, wakes who waits. Needed when the
     * store is {@linkplain StoreOptions#callerDriven() caller-driven}, harmless otherwise. Does not wait.
     *
     * <p>What a poll has issued may still be in flight when it returns, and with some providers dies with the thread that issued
     * it: a thread that polls a caller-driven store calls {@link #sync} (which waits for it) before it ends.
     *
     * @return how many device operations were completed by this call
     * @throws IOException if the store is closed
     */
    int poll() throws IOException;

    // ---------------------------------------------------------------------------------------------- read

    /**
     * Reads a record, from memory if it is still there, else from the device. Never waits behind writes.
     *
     * @param lsn of a record
     * @param dst where to copy it; if it is shorter than the record it takes the first bytes
     * @return what was found; {@link ReadOutcome#length()} is the whole record's length
     * @throws IllegalArgumentException if no record was ever given that LSN (inside a record, in padding, beyond the tail)
     * @throws StoreCorruptException if the record is damaged
     * @throws IOException if the store is closed or the medium fails
     */
    ReadOutcome read(long lsn, MemorySegment dst) throws IOException;

    /**
     * Reads several records, at the device's queue depth where the provider can.
     *
     * @param lsns of the records
     * @param dsts one destination for each
     * @return one outcome for each, in order
     * @throws IOException as {@link #read(long, MemorySegment)} says, for the first in order that fails
     */
    List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException;

    /**
     * Walks over the stable records from an LSN to what is stable now.
     *
     * @param fromLsn where to begin; the first record at or after it is the first found
     * @return the cursor, to be closed
     * @throws IllegalArgumentException if it is below {@link #beginLsn()} or above {@link #tailLsn()}
     * @throws IOException if the store is closed or the medium fails
     */
    RecordCursor scan(long fromLsn) throws IOException;

    /**
     * Follows the stable records from an LSN on, waiting for new ones.
     *
     * @param fromLsn as {@link #scan} takes it
     * @return the cursor, to be closed
     * @throws IOException as {@link #scan} says
     */
    RecordCursor tail(long fromLsn) throws IOException;

    // ---------------------------------------------------------------------------------------------- trim, root, backup

    /**
     * Gives up the records below an LSN; durable on return. Space is returned segment by segment.
     *
     * @param lsn the new begin of the log; not above {@link #stableLsn()}. At or below {@link #beginLsn()}: nothing happens
     * @throws IllegalArgumentException if it is above the stable watermark
     * @throws IOException if the store is closed or has failed, or the medium fails
     */
    void trimBefore(long lsn) throws IOException;

    /** The longest application root, in bytes. */
    int MAX_ROOT_LENGTH = 3072;

    /**
     * Replaces the application root: a few bytes kept beside the log, such as the LSN of the latest checkpoint. Atomic under
     * crashes, and durable on return. LSNs in it should be stable: otherwise the root may outlive what it points at.
     *
     * @param root at most {@value #MAX_ROOT_LENGTH} bytes; copied
     * @throws IllegalArgumentException if it is longer
     * @throws IOException if the store is closed or has failed, or the medium fails
     */
    void setRoot(byte[] root) throws IOException;

    /** {@return the application root, a copy; empty if it was never set} */
    byte[] root();

    /**
     * Reads everything that is stable and says what is not as it should be: also what no read would meet, such as padding
     * that is not zero. Goes on behind damage; changes nothing. Appends go on meanwhile; a trim takes what it takes.
     *
     * @param found told every damage, in LSN order, by the calling thread
     * @return what was read
     * @throws StoreClosedException if the store is closed
     * @throws IOException if the medium fails, which is not damage
     */
    default VerificationReport verify(Consumer<? super Damage> found) throws IOException {
        return verify(found, lsn -> {});
    }

    /**
     * As {@link #verify(Consumer)}, and says how far it is. It goes from {@link #beginLsn()} to {@link #stableLsn()}, as they are when it is
     * called. An exception that {@code found} or {@code progress} throws ends it and reaches the caller; the store goes on.
     *
     * @param found told every damage, in LSN order, by the calling thread
     * @param progress told the LSN below which everything has been read, by the calling thread: after each flush unit, never a lower
     *     one than before, and the end last. LSNs are bytes of the log; those that no unit has, such as of a segment that was not
     *     filled, are passed over at once. What is done here is time that verifying takes
     * @return what was read
     * @throws StoreClosedException if the store is closed
     * @throws IOException if the medium fails, which is not damage
     */
    VerificationReport verify(Consumer<? super Damage> found, LongConsumer progress) throws IOException;

    /**
     * Makes a consistent copy of the live store: every record from {@link #beginLsn()} to what is stable now, with the same
     * LSNs, and the application root. Appends go on meanwhile; trims wait, and so does {@link #close}.
     *
     * @param target an empty or missing location that this store's provider serves
     * @return the LSN at which the copy ends, exclusive
     * @throws NoProviderException if this store's provider cannot serve the target
     * @throws StoreLocationException if the target is not empty
     * @throws IOException if either medium fails; the target is then incomplete and does not open as a store
     */
    default long backup(URI target) throws IOException {
        return backup(target, lsn -> {});
    }

    /**
     * As {@link #backup(URI)}, and says how far it is. An exception that {@code progress} throws ends the backup and reaches the caller: the
     * target is then incomplete and does not open as a store, and this store goes on.
     *
     * @param target an empty or missing location that this store's provider serves
     * @param progress told the LSN below which everything has been copied, by the calling thread: once or more for each segment, never a lower one
     *     than before, and last, before the copy becomes a store, the LSN at which it ends. That is {@link #stableLsn()} as it is when
     *     this is called, or a little higher. LSNs are bytes of the log, from {@link #beginLsn()}. What is done here is time that the backup takes; it must
     *     neither trim nor close this store, which wait for the backup
     * @return the LSN at which the copy ends, exclusive
     * @throws NoProviderException if this store's provider cannot serve the target
     * @throws StoreLocationException if the target is not empty
     * @throws IOException if either medium fails; the target is then incomplete and does not open as a store
     */
    long backup(URI target, LongConsumer progress) throws IOException;

    // ---------------------------------------------------------------------------------------------- about

    /** {@return counts since the store was opened} */
    StoreStats stats();

    /** {@return what opening the store found} */
    RecoveryReport recovery();

    /** {@return the name of the provider in use} */
    String provider();

    /** {@return why other providers were not taken: name to reason} */
    Map<String, String> rejectedProviders();

    /** {@return what the provider says it uses, for people} */
    String device();

    /** {@return what stable means for this store} */
    Durability durability();

    /** {@return whether the medium forgets everything when the machine stops, whatever {@link #durability()} says} */
    boolean volatileMedium();

    /**
     * Flushes what was published, waits until it is stable, records that, and gives the store up. Open reservations are
     * given up. Waiting threads get {@link StoreClosedException}. A second call only waits for the first to end. Interrupts do not
     * shorten it.
     *
     * @throws StoreFailedException if the store failed, before or now: not everything published is stable
     * @throws IOException if the medium fails; the store is closed all the same
     */
    @Override
    void close() throws IOException;
}

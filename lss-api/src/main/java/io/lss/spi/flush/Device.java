package io.lss.spi.flush;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * An open storage backend: numbered segments, two root copies, and memory that it can write from. Exclusive while open (F7).
 *
 * <p>The package documentation says which thread may call what.
 */
public interface Device extends AutoCloseable {

    /** {@return what the engine must know of this device; constant} */
    Traits traits();

    /**
     * {@return memory for flush buffers, zeroed, aligned for writes}
     *
     * <p>A device that registers memory with the system does it here. The memory belongs to an automatic or the global
     * arena, never to a shared one: it stays valid as long as anybody can reach it, after {@link #close} too.
     *
     * @param bytes how many; a multiple of the block size
     * @throws IOException if there is no memory, naming the limit in the way
     */
    MemorySegment allocate(long bytes) throws IOException;

    /**
     * {@return the content of a root copy, or nothing if it was never written} What is returned survives power loss (F9): an
     * owner that was killed may have left it in a cache, and recovery overwrites the other copy in trust of this one.
     *
     * @param copy 0 or 1
     * @throws IOException if the medium fails
     */
    Optional<byte[]> readRoot(int copy) throws IOException;

    /**
     * Replaces a root copy; durable on return (F9). May tear: after a crash the copy may hold anything, the other copy is
     * untouched.
     *
     * @param copy 0 or 1
     * @param image at most 4096 bytes
     * @throws IOException if the medium fails
     */
    void writeRoot(int copy, byte[] image) throws IOException;

    /**
     * {@return the numbers of all segments that exist, ascending}
     *
     * @throws IOException if the medium fails
     */
    long[] segments() throws IOException;

    /**
     * Creates a segment; its existence is durable on return (F9), its content is anything.
     *
     * @param number one that was never used before
     * @param bytes how many bytes may be written to it
     * @return the segment, open for writing
     * @throws io.lss.api.StoreFullException if there is no space now; nothing has changed, and a later call may succeed
     * @throws IOException if the medium fails
     */
    Segment create(long number, long bytes) throws IOException;

    /**
     * Says that a segment will be created soon. A device that takes long to create one may begin now, on threads of its own,
     * so that {@link #create} returns sooner. Only a hint: create may come without it, or never; and what goes wrong is told by create. Never
     * blocks, never throws. On a closed device it does nothing.
     *
     * @param number the number that create will be called with
     * @param bytes the length that create will be called with
     */
    default void prepare(long number, long bytes) {}

    /**
     * Opens an existing segment; it is read and synced, never written.
     *
     * @param number one of {@link #segments()}
     * @return the segment
     * @throws java.nio.file.NoSuchFileException if there is none of that number
     * @throws IOException if the medium fails
     */
    Segment open(long number) throws IOException;

    /**
     * Removes a segment; durable on return (F9). Its space may be reused, but a file that was not created through this
     * very device object is given back to the system, never reused: a dead owner's requests may still be on their way to
     * it (F10). No handle of it is open. A segment that does not exist is not an error.
     *
     * @param number which
     * @throws IOException if the medium fails
     */
    void delete(long number) throws IOException;

    /**
     * Starts every write and sync that is queued; a device that must be driven may leave some of it to the next {@link #drive} while
     * it has enough under way, since its caller hears of no completion without. What goes wrong is told to the completions; an exception from here means
     * that the device is dead: the engine fails the store, expects no more completions, and closes the device. On a closed
     * device it does nothing.
     */
    void submit();

    /**
     * Waits for at least one completion, a {@link #wakeup} or the end of the time, and completes what has ended, on this
     * thread. A device that completes on threads of its own ({@link Traits#anyThread}) just waits, for a wakeup or the end
     * of the time. It may return early, having completed nothing, and an interrupt may make it do so; the interrupt status
     * stays. An exception from here means that the device is dead, as for {@link #submit}. On a closed device it returns 0 at once.
     *
     * @param nanos how long to wait at most, in nanoseconds; 0 or less: do not wait
     * @return how many operations were completed by this call
     */
    int drive(long nanos);

    /** Makes a {@link #drive} that is waiting, or else the next one, return at once. Any thread; never blocks. On a closed device it does nothing. */
    void wakeup();

    /**
     * Reads a batch, waiting for all of it; each request is completed, none throws from here (F8): one that {@link Segment#read} would refuse is
     * completed with a failure. {@link ReadRequest#complete} may run what the reader wants done then: it is called once for each request, when the bytes
     * are where they belong, and with no lock held. A device that can read at depth overrides this method.
     *
     * @param batch the reads; any number, any segments of this device
     */
    default void readAll(List<ReadRequest> batch) {
        for (ReadRequest request : batch) {
            long bytes = 0;
            IOException failure = null;
            try {
                bytes = request.segment().read(request.dst(), request.position());
            } catch (IOException e) {
                failure = e;
            } catch (IllegalArgumentException e) {
                failure = new IOException(e.getMessage(), e);
            }
            request.complete(bytes, failure);
        }
    }

    /** {@return the time by which the engine measures ages and waits, like {@link System#nanoTime}; simulated devices override it} */
    default long nanoTime() {
        return System.nanoTime();
    }

    /**
     * Ends everything: operations still in flight are completed (with success or failure), memory is touched no more (F5),
     * the exclusive hold is given up. A second call does nothing.
     *
     * @throws IOException if the medium fails; the device is closed all the same
     */
    @Override
    void close() throws IOException;
}

package io.lss.spi.flush;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One numbered, append-only piece of a log on a device. Not to be confused with {@link MemorySegment}, which is memory.
 *
 * <p>The engine writes a segment only in the session that created it, in ascending and gap-free order from position 0,
 * each position at most once (F6), and never after {@link #finish}.
 */
public interface Segment extends AutoCloseable {

    /**
     * Starts a write, at the latest when {@link Device#submit} is called. It completes whole or fails (F1): short
     * transfers, EINTR and EAGAIN are the device's business. It may complete before earlier writes do. A failure is final
     * (F4).
     *
     * @param src what to write; not modified by the engine until completion, not touched by the device after it (F5, F6).
     *     Its address is a multiple of {@link Traits#memoryAlignment()}, its length of {@link Traits#blockSize()} and at
     *     most {@link Traits#maxTransfer()}
     * @param position the byte in this segment at which it goes, a multiple of the block size
     * @param durable whether completion must mean that it survives power loss (F3)
     * @param completion told once (F2)
     * @throws IllegalArgumentException if address, length or position break the rules above; nothing was started, the
     *     completion is not told. A device may answer such misuse through the completion instead (F14)
     */
    void write(MemorySegment src, long position, boolean durable, Completion completion);

    /**
     * Starts a sync: on completion every write to this segment that had completed before this call survives power loss
     * (F3). A sync that failed is never retried, neither by the device nor by the engine (F4); one that the system never
     * started has not failed.
     *
     * @param completion told once (F2)
     */
    void sync(Completion completion);

    /**
     * Reads, waiting for the data. Any thread, at any time (F8). An interrupt neither fails the read nor harms the device.
     *
     * @param dst where to put the bytes; any address, any length
     * @param position the first byte to read; any, not only multiples of the block size
     * @return how many bytes were read; fewer than {@code dst} holds only if the rest was never written (F8)
     * @throws IllegalArgumentException if the position is negative, or {@code dst} is read-only
     * @throws IOException if the medium fails, which is never taken for corruption, or the device is closed
     */
    long read(MemorySegment dst, long position) throws IOException;

    /**
     * Starts a read that goes on by itself while the caller does something else: the engine reads ahead with it. It brings what {@link #read}
     * would. Any thread, one that ends right afterwards included.
     *
     * <p>It ends without {@link Device#submit} or {@link Device#drive} being called, and before {@link Device#close} returns. A device that
     * has threads, or hardware, of its own to read with overrides this, and starts nothing where they are busy: who asks has nothing else to do then than to read
     * by itself.
     *
     * @param dst where to put the bytes; memory that any thread can reach, any length. The device does not touch it after completion (F5)
     * @param position the first byte to read; any, not only multiples of the block size
     * @param completion told once (F2) if the read was started, with how many bytes were read, or why none
     * @return whether it was started; if not, the completion is never told
     * @throws IllegalArgumentException as {@link #read} does; nothing was started. A device may answer such misuse through the completion instead (F14)
     */
    default boolean startRead(MemorySegment dst, long position, Completion completion) {
        return false;
    }

    /**
     * Says that nothing will be written any more. All writes and syncs have completed.
     *
     * @param end the position after the last byte written; a device may give back the space beyond it
     * @throws IOException if the medium fails, or the device is closed
     */
    void finish(long end) throws IOException;

    /** Releases what the handle holds. No operation is in flight; the engine does not use the handle again. */
    @Override
    void close() throws IOException;
}

package io.lss.core.recovery;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pieces of a segment that will be asked for next, while the caller is busy with the ones before. Used by one thread at a time.
 *
 * <p>Each piece is read by a virtual thread of its own: providers let such a thread go while the disk works. A piece that no thread has begun when
 * it is asked for is read by the caller, so that nobody ever waits for a free carrier. What fails is forgotten: the caller reads
 * again, and learns in its place what is wrong.
 *
 * <pre>
 *   a piece's memory:   | lead: the end of what came before, copied | the piece |
 *                       offset 0                                    LEAD
 * </pre>
 */
final class ReadAhead {

    /** The length of a piece, in bytes. One request to a disk with 254 segments a request, however its pages lie. */
    static final int PIECE = 512 << 10;

    /** Room before a piece, in bytes: a frame that begins in the one before lies whole in one memory if no more of it does. */
    static final int LEAD = 128 << 10;

    /** How many pieces are read ahead. */
    private static final int DEPTH = 4;

    private static final int ALIGNMENT = 4096;

    /** Memory, and what is read into it. */
    static final class Piece {
        final MemorySegment memory = Arena.ofAuto().allocate(LEAD + (long) PIECE, ALIGNMENT);
        final ByteBuffer view = memory.asByteBuffer();
        private final AtomicBoolean begun = new AtomicBoolean();
        private long position;
        private ChunkReader.@Nullable Source source;
        private CompletableFuture<Long> outcome = new CompletableFuture<>();

        /** {@return the position of its first byte} */
        long position() {
            return position;
        }

        private void start(ChunkReader.Source from, long at) {
            source = from;
            position = at;
            outcome = new CompletableFuture<>();
            begun.set(false);
            var _ = Thread.ofVirtual().name("lss-read-ahead").start(this::read);
        }

        private void read() {
            ChunkReader.Source from = source;
            // Of the thread made for it and the one that needs it, the first reads.
            if (from != null && begun.compareAndSet(false, true)) {
                try {
                    outcome.complete(from.read(memory.asSlice(LEAD, PIECE), position));
                } catch (IOException | RuntimeException | Error e) {
                    outcome.completeExceptionally(e);
                }
            }
        }

        /** {@return how many bytes were read, or -1 if that failed} */
        private long await() {
            read();
            try {
                return outcome.join();
            } catch (CompletionException e) {
                return -1;
            }
        }
    }

    private final ArrayDeque<Piece> ahead = new ArrayDeque<>(DEPTH);
    private final ArrayDeque<Piece> free = new ArrayDeque<>(DEPTH);

    /** Begins to read what follows a position, if nothing is being read and there are whole pieces. */
    void start(ChunkReader.Source source, long from, long limit) {
        if (ahead.isEmpty() && from % ALIGNMENT == 0) {
            fill(source, from, limit);
        }
    }

    private void fill(ChunkReader.Source source, long from, long limit) {
        long next = from;
        while (ahead.size() < DEPTH && limit - next >= PIECE) {
            Piece piece = free.isEmpty() ? new Piece() : free.removeLast();
            piece.start(source, next);
            ahead.addLast(piece);
            next += PIECE;
        }
    }

    /** {@return the piece that begins at a position, with all its bytes, or null if it has to be read} The ones behind it are being read then. */
    @Nullable Piece take(ChunkReader.Source source, long position, long limit) {
        Piece piece = ahead.peekFirst();
        if (piece == null || piece.position() != position || piece.await() != PIECE) {
            forget();
            return null;
        }
        ahead.removeFirst();
        Piece last = ahead.peekLast();
        fill(source, (last == null ? piece : last).position() + PIECE, limit);
        return piece;
    }

    /** Takes back a piece that is not looked at any more. */
    void giveBack(Piece piece) {
        if (free.size() < DEPTH) {
            free.addLast(piece);
        }
    }

    /** What is being read is of no use: its memory is left to the collector, since somebody may be writing into it. */
    void forget() {
        ahead.clear();
    }
}

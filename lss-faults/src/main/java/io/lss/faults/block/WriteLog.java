package io.lss.faults.block;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a disk was asked to do, in order, in the format of Linux's dm-log-writes, version 1. Little-endian; the first sector is a
 * superblock, then each entry has a sector of its own, and its data in the next ones.
 *
 * <pre>
 *   superblock  magic u64 | version u64 | entries u64 | bytes of a sector u32
 *   entry       sector u64 | sectors u64 | flags u64 | bytes of a mark u64
 * </pre>
 */
final class WriteLog implements AutoCloseable {

    private static final long MAGIC = 0x6a736677736872L;
    private static final int FLUSH = 1;
    private static final int FUA = 2;
    private static final int DISCARD = 4;
    private static final int MARK = 8;
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * One request.
     *
     * @param position on the disk, in bytes
     * @param length in bytes
     * @param flags as in the log
     * @param data what was written, of that length; empty if nothing was
     */
    record Entry(long position, long length, long flags, MemorySegment data) {

        /** {@return whether all that came before it is durable} What it writes itself is not by this. */
        boolean isFlush() {
            return (flags & FLUSH) != 0;
        }

        /** {@return whether it is durable by itself} */
        boolean isFua() {
            return (flags & FUA) != 0;
        }

        /** {@return whether it leaves zeros} The kernel asks for zeros by a discard, too. */
        boolean isDiscard() {
            return (flags & DISCARD) != 0;
        }
    }

    private final Arena arena;
    private final List<Entry> entries;

    private WriteLog(Arena arena, List<Entry> entries) {
        this.arena = arena;
        this.entries = entries;
    }

    /** {@return how many entries a log has that is still being written, up to its last flush} */
    static int count(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) superblock(map(file, arena)).get(U64, 16);
        }
    }

    /** {@return a log that is complete} */
    static WriteLog read(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new WriteLog(arena, parse(map(file, arena)));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    private static MemorySegment superblock(MemorySegment log) throws IOException {
        if (log.byteSize() < 512 || log.get(U64, 0) != MAGIC || log.get(U64, 8) != 1) {
            throw new IOException("not a log of writes of version 1");
        }
        return log;
    }

    static List<Entry> parse(MemorySegment log) throws IOException {
        long count = superblock(log).get(U64, 16);
        long unit = log.get(U32, 24);
        List<Entry> entries = new ArrayList<>();
        long at = unit;
        for (long i = 0; i < count; i++) {
            if (unit < 512 || at + unit > log.byteSize()) {
                throw new IOException("the log of writes ends before its entry " + i + " of " + count);
            }
            long flags = log.get(U64, at + 16);
            long length = log.get(U64, at + 8) * unit;
            long stored = (flags & MARK) != 0 ? log.get(U64, at + 24) : (flags & DISCARD) != 0 ? 0 : length;
            if (length < 0 || stored < 0 || stored > log.byteSize() - at - unit) {
                throw new IOException("entry " + i + " of the log of writes is longer than the log");
            }
            MemorySegment data = log.asSlice(at + unit, (flags & MARK) != 0 ? 0 : stored);
            entries.add(new Entry(log.get(U64, at) * unit, (flags & MARK) != 0 ? 0 : length, flags, data));
            at += unit + (stored + unit - 1) / unit * unit;
        }
        return entries;
    }

    /** {@return the entries, in order} */
    List<Entry> entries() {
        return entries;
    }

    @Override
    public void close() {
        arena.close();
    }
}

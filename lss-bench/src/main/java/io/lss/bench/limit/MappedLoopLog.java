package io.lss.bench.limit;

import io.lss.bench.work.Work;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** Copies into a file that is mapped window by window. A record does not cross the end of a window; what is left there stays unused. */
final class MappedLoopLog extends LoopLog {

    private static final long WINDOW = 64L << 20;
    private static final long PAGE = 4096;

    /** A part of the file. */
    private record Window(Arena arena, MemorySegment memory) {}

    private final FileChannel channel;
    private final long used;

    /** Full ones that have not been forced. */
    private final Deque<Window> full = new ArrayDeque<>();

    private long windows;
    private Window current;

    /** In the current window: up to where it is filled, and forced. */
    private long position;

    private long forced;

    MappedLoopLog(Path directory, Work work) throws IOException {
        super(work.recordBytes());
        used = WINDOW / work.recordBytes() * work.recordBytes();
        channel = FileChannel.open(
                directory.resolve("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        current = map(windows++);
    }

    /** Maps a window, and makes the file as long as needed. */
    private Window map(long number) throws IOException {
        Arena arena = Arena.ofShared();
        return new Window(arena, channel.map(FileChannel.MapMode.READ_WRITE, number * WINDOW, WINDOW, arena));
    }

    @Override
    void put(MemorySegment record) throws IOException {
        if (position == used) {
            full.add(current);
            current = map(windows++);
            position = 0;
            forced = 0;
        }
        MemorySegment.copy(record, 0, current.memory(), position, record.byteSize());
        position += record.byteSize();
    }

    @Override
    void force() {
        for (Window window = full.poll(); window != null; window = full.poll()) {
            window.memory().force();
            window.arena().close();
        }
        long from = forced / PAGE * PAGE;
        if (position > from) {
            current.memory().asSlice(from, position - from).force();
        }
        forced = position;
    }

    @Override
    public void readBack(Reader reader) throws IOException {
        force();
        for (long number = 0; number < windows; number++) {
            try (Arena arena = Arena.ofConfined()) {
                long length = number == windows - 1 ? position : used;
                tell(channel.map(FileChannel.MapMode.READ_ONLY, number * WINDOW, length, arena), reader);
            }
        }
    }

    @Override
    public void close() throws IOException {
        current.arena().close();
        full.forEach(window -> window.arena().close());
        channel.close();
    }
}

package io.lss.core.recovery;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The bytes of one segment of the log, through whatever handle is open. */
record StoredBytes(LogSegments segments, LiveSegment in) implements ChunkReader.Source {

    @Override
    public long read(MemorySegment dst, long position) throws IOException {
        return segments.read(in, dst, position);
    }

    @Override
    public boolean startRead(MemorySegment dst, long position, Completion completion) throws IOException {
        return segments.startRead(in, dst, position, completion);
    }
}

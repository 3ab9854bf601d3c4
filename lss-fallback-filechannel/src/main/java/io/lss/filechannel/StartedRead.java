package io.lss.filechannel;

import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.ToldTask;
import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A read of a segment for which nobody waits yet. */
final class StartedRead extends ToldTask {

    private final FileSegment segment;
    private final MemorySegment dst;
    private final long position;

    /** A read into memory that every thread may touch. */
    StartedRead(FileSegment segment, MemorySegment dst, long position, Completion completion) {
        super("read", completion);
        this.segment = segment;
        this.dst = dst;
        this.position = position;
    }

    @Override
    protected long transfer(DeviceThread thread) throws IOException {
        return segment.readNow(dst, position, thread.scratch());
    }

    @Override
    protected IOException refusal(String why) {
        return segment.refused("read", why);
    }
}

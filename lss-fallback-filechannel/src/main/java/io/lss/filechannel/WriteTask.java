package io.lss.filechannel;

import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.ToldTask;
import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A write to a segment. */
final class WriteTask extends ToldTask {

    private final FileSegment segment;
    private final MemorySegment src;
    private final long position;
    private final boolean durable;

    WriteTask(FileSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        super("write", completion);
        this.segment = segment;
        this.src = src;
        this.position = position;
        this.durable = durable;
    }

    @Override
    protected long transfer(DeviceThread thread) throws IOException {
        segment.writeNow(src, position, durable);
        return src.byteSize();
    }

    @Override
    protected IOException refusal(String why) {
        return segment.refused("write", why);
    }
}

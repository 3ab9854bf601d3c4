package io.lss.filechannel;

import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Task;
import io.lss.localfiles.crew.Unexpected;
import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A write to a segment. */
final class WriteTask extends Task {

    private final FileSegment segment;
    private final MemorySegment src;
    private final long position;
    private final boolean durable;
    private final Completion completion;

    WriteTask(FileSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        this.segment = segment;
        this.src = src;
        this.position = position;
        this.durable = durable;
        this.completion = completion;
    }

    @Override
    public void run(DeviceThread thread) {
        IOException failure = null;
        try {
            segment.writeNow(src, position, durable);
        } catch (IOException e) {
            failure = e;
        } catch (Throwable t) {
            failure = Unexpected.asFailure("write", t);
        }
        completion.done(failure == null ? src.byteSize() : 0, failure);
    }

    @Override
    public void refuse(String why) {
        completion.done(0, segment.refused("write", why));
    }
}

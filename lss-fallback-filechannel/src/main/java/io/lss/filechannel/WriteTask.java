package io.lss.filechannel;

import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Task;
import io.lss.localfiles.crew.Unexpected;
import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A write to a segment. */
final class WriteTask extends Task {

    private final FileSegment segment;
    private final MemorySegment src;
    private final long position;
    private final boolean durable;
    private final Completion completion;

    /** Touched by the thread that does it. */
    private boolean told;

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
        tell(failure);
    }

    private void tell(@Nullable IOException failure) {
        told = true; // before: what a completion throws is its own business, and it is not told again
        try {
            completion.done(failure == null ? src.byteSize() : 0, failure);
        } catch (Throwable t) {
            DeviceThread.report(t);
        }
    }

    @Override
    public void broken(OutOfMemoryError error) {
        if (!told) {
            tell(Unexpected.asFailure("write", error));
        }
    }

    @Override
    public void refuse(String why) {
        completion.done(0, segment.refused("write", why));
    }
}

package io.lss.filechannel;

import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Task;
import io.lss.localfiles.crew.Unexpected;
import io.lss.localfiles.crew.Waiting;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A read of a segment for which its caller waits. */
final class ReadTask extends Task {

    private final FileSegment segment;
    private final MemorySegment dst;
    private final long position;
    private final Waiting waiting;

    /** The outcome; written before {@link #waiting} is told, read after it was awaited. */
    private long bytes;

    private @Nullable IOException failure;

    /** A read into memory that every thread may touch. */
    ReadTask(FileSegment segment, MemorySegment dst, long position, Waiting waiting) {
        this.segment = segment;
        this.dst = dst;
        this.position = position;
        this.waiting = waiting;
    }

    @Override
    public void run(DeviceThread thread) {
        try {
            bytes = segment.readNow(dst, position, thread.scratch());
        } catch (IOException e) {
            failure = e;
        } catch (Throwable t) {
            failure = Unexpected.asFailure("read", t);
        } finally {
            waiting.ended();
        }
    }

    @Override
    public void broken(OutOfMemoryError error) {
        failure = Unexpected.asFailure("read", error);
        waiting.ended();
    }

    @Override
    public void refuse(String why) {
        failure = segment.refused("read", why);
        waiting.ended();
    }

    /** Returns when it has ended. By the thread that started it. */
    void await() {
        waiting.await();
    }

    /** {@return how many bytes were read; to be asked after the wait} */
    long bytes() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return bytes;
    }
}

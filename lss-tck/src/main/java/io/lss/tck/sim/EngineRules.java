package io.lss.tck.sim;

import io.lss.api.Durability;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of the flush SPI, F6, F13 and F14: finds and records where it is broken. The methods that check an
 * operation return null if it may go on, else what it has to fail with.
 */
final class EngineRules {

    private final SimulatedMedium medium;
    private final Traits traits;
    private final DeviceOptions options;
    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();

    EngineRules(SimulatedMedium medium, Traits traits, DeviceOptions options) {
        this.medium = medium;
        this.traits = traits;
        this.options = options;
    }

    /** Records a violation. {@return an exception that says it} */
    IOException violated(String rule, String what) {
        String message = rule + ": " + what;
        medium.violated(message);
        return new IOException("the engine broke " + message);
    }

    /** Checks a write. {@code position} follows {@code segment.next()}. */
    @Nullable IOException checkWrite(
            SimulatedSegment segment, MemorySegment src, long position, boolean durable, int writesInFlight) {
        long length = src.byteSize();
        String what = "write of " + length + " bytes to segment " + segment.number() + " at position " + position;
        if (!segment.isCreatedHere()) {
            return violated("F6", what + ": the segment was not created through this device object");
        }
        if (segment.isFinished() || segment.isClosed()) {
            return violated("F6", what + ": the segment was " + (segment.isFinished() ? "finished" : "closed"));
        }
        if (length == 0 || length % traits.blockSize() != 0 || position < 0 || position % traits.blockSize() != 0) {
            return violated("F6", what + ": not in whole blocks of " + traits.blockSize() + " bytes");
        }
        if (length > traits.maxTransfer()) {
            return violated("F6", what + ": longer than the largest transfer, " + traits.maxTransfer());
        }
        if (position + length > segment.size()) {
            return violated("F6", what + ": beyond the segment's end at " + segment.size());
        }
        if (position != segment.next()) {
            String order = position < segment.next() ? "written twice or out of order" : "leaves a gap";
            return violated("F6", what + ": " + order + ", the next position is " + segment.next());
        }
        if (src.isNative() ? src.address() % traits.memoryAlignment() != 0 : traits.memoryAlignment() > 1) {
            String wanted = " is not aligned to " + traits.memoryAlignment() + " bytes";
            return violated("F6", what + ": source memory " + src + wanted);
        }
        if (durable && options.durability() == Durability.WRITTEN) {
            return violated("F14", what + ": durable, although the store was opened with WRITTEN");
        }
        if (writesInFlight >= options.buffers()) {
            String announced = "announced were " + options.buffers() + " buffers";
            return violated("F14", what + ": " + writesInFlight + " writes are in flight already, " + announced);
        }
        return null;
    }

    /** Checks a sync. */
    @Nullable IOException checkSync(SimulatedSegment segment) {
        if (segment.isClosed()) {
            return violated("F14", "sync of segment " + segment.number() + ": the handle was closed");
        }
        return null;
    }

    /** Checks a creation. */
    @Nullable IOException checkCreate(long number, long bytes, boolean used) {
        String what = "create of segment " + number + " with " + bytes + " bytes";
        if (number < 1 || bytes <= 0) {
            return violated("F14", what + ": out of range");
        }
        if (used) {
            return violated("F14", what + ": the number was used before");
        }
        return null;
    }

    /** Checks that a segment is finished at its end, with nothing in flight. */
    @Nullable IOException checkFinish(SimulatedSegment segment, long end) {
        String what = "finish of segment " + segment.number() + " at " + end;
        if (!segment.isCreatedHere()) {
            return violated("F6", what + ": the segment was not created through this device object");
        }
        if (segment.isFinished() || segment.isClosed()) {
            return violated("F14", what + ": the segment was " + (segment.isFinished() ? "finished" : "closed"));
        }
        if (segment.inFlight() > 0) {
            return violated("F14", what + ": " + segment.inFlight() + " operations are in flight");
        }
        if (end != segment.next()) {
            return violated("F14", what + ": written was up to " + segment.next());
        }
        return null;
    }

    /** Checks an operation on one of the root copies. */
    @Nullable IOException checkRoot(int copy, int length) {
        boolean sound = (copy == 0 || copy == 1) && length <= 4096;
        return sound ? null : violated("F14", "root copy " + copy + " of " + length + " bytes");
    }

    /** Checks, when a write completes, that its memory is what it was (F6), and that its issuer is still there. */
    void checkCompletion(Operation operation) {
        SimulatedSegment segment = operation.segment();
        if (!traits.anyThread() && !operation.issuer().isAlive()) {
            violated("F13", "the thread " + operation.issuer().getName() + " ended before what it issued to segment "
                    + segment.number() + " had completed");
        }
        MemorySegment src = operation.src();
        PendingWrite write = operation.write();
        if (src == null || write == null) {
            return;
        }
        long position = (long) write.first() * traits.blockSize();
        String memory = "source memory of the write to segment " + segment.number() + " at position " + position;
        if (!src.scope().isAlive()) {
            violated("F6", memory + " was released before completion");
        } else if (src.isAccessibleBy(Thread.currentThread())) {
            for (int i = 0; i < write.blocks().length; i++) {
                Block block = write.blocks()[i];
                if (block != null && !block.isAt(src, (long) i * traits.blockSize())) {
                    violated("F6", memory + " was modified before completion, in its block " + i);
                    return;
                }
            }
        }
    }

    /**
     * Says that a method begins that one thread at a time may be in. {@return whether this call has to {@link #leave}}
     */
    boolean enter(String method) {
        Thread self = Thread.currentThread();
        if (traits.anyThread() || self.equals(inside.get())) {
            return false;
        }
        Thread other = inside.compareAndExchange(null, self);
        if (other != null) {
            violated("F13", method + " by thread " + self.getName() + " while thread " + other.getName()
                    + " is in write, sync, submit or drive");
            return false;
        }
        return true;
    }

    /** Says that the method has ended. */
    void leave(boolean entered) {
        if (entered) {
            inside.set(null);
        }
    }
}

package io.lss.tck.sim;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A handle of a segment. Its state is guarded by the medium's monitor; the device does the work. */
final class SimulatedSegment implements Segment {

    private final SimulatedDevice device;
    private final SimulatedFile file;
    private final long number;
    private final boolean createdHere;
    private long next;
    private int inFlight;
    private boolean finished;
    private boolean closed;

    SimulatedSegment(SimulatedDevice device, SimulatedFile file, boolean createdHere) {
        this.device = device;
        this.file = file;
        this.number = file.number();
        this.createdHere = createdHere;
    }

    @Override
    public void write(MemorySegment src, long position, boolean durable, Completion completion) {
        device.write(this, src, position, durable, completion);
    }

    @Override
    public void sync(Completion completion) {
        device.sync(this, completion);
    }

    @Override
    public long read(MemorySegment dst, long position) throws IOException {
        return device.read(this, dst, position);
    }

    @Override
    public boolean startRead(MemorySegment dst, long position, Completion completion) {
        return device.startRead(this, dst, position, completion);
    }

    @Override
    public void finish(long end) throws IOException {
        device.finish(this, end);
    }

    @Override
    public void close() throws IOException {
        device.close(this);
    }

    // Below: for the device, which holds the monitor.

    SimulatedFile file() {
        return file;
    }

    long number() {
        return number;
    }

    long size() {
        return file.size();
    }

    boolean isCreatedHere() {
        return createdHere;
    }

    boolean isFinished() {
        return finished;
    }

    void markFinished() {
        finished = true;
    }

    boolean isClosed() {
        return closed;
    }

    void markClosed() {
        closed = true;
    }

    /** {@return the position at which the next write has to begin} */
    long next() {
        return next;
    }

    void advance(long length) {
        next += length;
    }

    /** {@return how many writes and syncs have not completed} */
    int inFlight() {
        return inFlight;
    }

    void began() {
        inFlight++;
    }

    void ended() {
        inFlight--;
    }

    @Override
    public String toString() {
        return "segment " + number + ", next position " + next + ", " + inFlight + " in flight";
    }
}

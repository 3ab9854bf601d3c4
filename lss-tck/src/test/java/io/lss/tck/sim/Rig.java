package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.Durability;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/** A device on a medium, and the few moves of an engine that tests need. */
record Rig(SimulatedMedium medium, SimulatedDevice device) {

    static final int BLOCK = 4096;
    static final int BUFFERS = 16;
    static final DeviceOptions OPTIONS = options(Durability.SYNC);

    static DeviceOptions options(Durability durability) {
        return new DeviceOptions(true, false, durability, 16 * BLOCK, BUFFERS, Map.of());
    }

    /** Opens a device on a blank medium. */
    static Rig on(SimulatedSettings settings) throws IOException {
        return on(SimulatedMedium.blank(settings));
    }

    static Rig on(SimulatedMedium medium) throws IOException {
        return new Rig(medium, medium.open(OPTIONS));
    }

    static Rig withSeed(long seed) throws IOException {
        return on(SimulatedSettings.builder().seed(seed).freshContent(FreshContent.ZEROS).build());
    }

    static Rig withFaults(SimulatedFaults faults) throws IOException {
        return on(SimulatedSettings.builder().faults(faults).freshContent(FreshContent.ZEROS).build());
    }

    static Rig with(Flaw flaw) throws IOException {
        return on(BrokenDevices.with(flaw));
    }

    /** Hands a write of equal blocks over. */
    Outcome write(Segment segment, int block, int blocks, int fill, boolean durable) throws IOException {
        return write(segment, (long) block * BLOCK, filled(blocks, fill), durable);
    }

    Outcome write(Segment segment, long position, MemorySegment src, boolean durable) {
        var outcome = new Outcome();
        segment.write(src, position, durable, outcome);
        return outcome;
    }

    Outcome sync(Segment segment) {
        var outcome = new Outcome();
        segment.sync(outcome);
        return outcome;
    }

    MemorySegment filled(int blocks, int fill) throws IOException {
        return device.allocate((long) blocks * BLOCK).fill((byte) fill);
    }

    /** Starts what is queued and drives until nothing is pending. */
    void settle() {
        device.submit();
        for (int i = 0; i < 1000 && device.pendingOperations() > 0; i++) {
            device.drive(1_000_000);
        }
        assertEquals(0, device.pendingOperations(), "pending operations");
    }

    /** Writes and lets it complete, without a sync. */
    void written(Segment segment, int block, int blocks, int fill) throws IOException {
        write(segment, block, blocks, fill, false);
        settle();
    }

    /** Writes and syncs. */
    void synced(Segment segment, int block, int blocks, int fill) throws IOException {
        written(segment, block, blocks, fill);
        sync(segment);
        settle();
    }

    /** {@return the byte that fills a block of a medium, as reads see it; fails if it is not one byte} */
    static int fill(SimulatedMedium medium, long segment, int block) {
        byte[] content = Arrays.copyOfRange(medium.segment(segment), block * BLOCK, (block + 1) * BLOCK);
        for (byte b : content) {
            assertEquals(content[0], b, "block " + block + " is torn inside");
        }
        return content[0];
    }

    byte[] read(Segment segment, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        long read = segment.read(MemorySegment.ofArray(bytes), position);
        return Arrays.copyOf(bytes, (int) read);
    }
}

package io.lss.core.crash;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.core.CoreEngine;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.tck.sim.FreshContent;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/**
 * Makes disks with the real engine, and then makes them say what no engine says.
 *
 * <p>A segment takes exactly five records, each in a unit of its own, at these positions:
 * <pre>
 *   0       4096    16384   28672   40960   53248   65536
 *   +-------+-------+-------+-------+-------+-------+
 *   | header| unit  | unit  | unit  | unit  | unit  |
 *   +-------+-------+-------+-------+-------+-------+
 * </pre>
 */
final class Forgery {

    static final int BLOCK = 4096;
    static final long SEGMENT = 64 << 10;
    static final int RECORDS_IN_SEGMENT = 5;
    private static final int RECORD = 11_000;
    private static final int CRC_OFFSET = 8;

    static final StoreOptions OPTIONS = StoreOptions.builder()
            .segmentSize(SEGMENT)
            .bufferSize(16 << 10)
            .buffers(4)
            .callerDriven(true)
            .build();

    private Forgery() {}

    /** What is done with an open store. */
    @FunctionalInterface
    interface Use {
        void of(LogStructuredStore store) throws IOException;
    }

    // -------------------------------------------------------------------------------------------- with the engine

    static SimulatedMedium blank() {
        return SimulatedMedium.blank(SimulatedSettings.builder().freshContent(FreshContent.ZEROS).build());
    }

    /** {@return what is left of a medium when a store was opened there, used, and killed} */
    static SimulatedMedium used(SimulatedMedium medium, Use use) throws IOException {
        URI at = SimulatedProvider.register(medium);
        try {
            LogStructuredStore store = new CoreEngine().open(at, OPTIONS);
            use.of(store);
            SimulatedMedium left = medium.crashKeepingAll();
            medium.powerOff();
            try {
                store.close();
            } catch (IOException e) {
                // As it must: the device is gone.
                return left;
            }
            return left;
        } finally {
            SimulatedProvider.unregister(at);
        }
    }

    /** {@return the same, of a new store} */
    static SimulatedMedium used(Use use) throws IOException {
        return used(blank(), use);
    }

    /** Appends stable records, each a unit. {@return the LSN of the last one} */
    static long records(LogStructuredStore store, int count) throws IOException {
        long lsn = -1;
        for (int i = 0; i < count; i++) {
            lsn = store.append(new byte[RECORD]);
            store.awaitStable(lsn);
        }
        return lsn;
    }

    /** {@return a disk with the same segments and roots that remembers no number} */
    static SimulatedMedium copy(SimulatedMedium from) {
        SimulatedMedium copy = SimulatedMedium.blank(from.settings());
        for (long number : from.segments()) {
            copy.rot().copySegment(from, number, number);
        }
        for (int i = 0; i < 2; i++) {
            copy.rot().putRoot(i, from.root(i).orElse(null));
        }
        return copy;
    }

    // -------------------------------------------------------------------------------------------- roots

    static Root root(SimulatedMedium medium, int copy) {
        if (RootDescriptor.decode(medium.root(copy).orElseThrow()) instanceof RootImage.Valid(Root root)) {
            return root;
        }
        throw new AssertionError("root copy " + copy + " is none");
    }

    static void putRoots(SimulatedMedium medium, Root root) {
        medium.rot().putRoot(0, RootDescriptor.encode(root));
        medium.rot().putRoot(1, RootDescriptor.encode(root));
    }

    /** {@return the root as if it were closed} */
    static Root closed(Root root, long stable) {
        return new Root(
                root.uuidHigh(),
                root.uuidLow(),
                root.sequence() + 1,
                root.segmentSize(),
                root.blockSize(),
                true,
                root.session(),
                root.firstSegment(),
                root.predecessor(),
                root.predecessorEnd(),
                root.beginLsn(),
                stable,
                root.appRoot());
    }

    /** {@return an image with another version, and the checksum that goes with it} Roots and headers have both at the same place. */
    static byte[] ofAnotherVersion(byte[] image) {
        ByteBuffer b = ByteBuffer.wrap(image.clone()).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(4, 77).putInt(CRC_OFFSET, 0);
        b.putInt(CRC_OFFSET, crc(b.array(), 0, b.capacity()));
        return b.array();
    }

    private static int crc(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    // -------------------------------------------------------------------------------------------- segments

    static byte[] headerBlock(SimulatedMedium medium, long number) {
        return Arrays.copyOf(medium.segment(number), BLOCK);
    }

    /** Replaces the header of a segment. */
    static void forgeHeader(SimulatedMedium medium, long number, UnaryOperator<SegmentHeader> change) {
        byte[] block = headerBlock(medium, number);
        if (SegmentHeaderDescriptor.read(nativeCopy(block), 0, BLOCK) instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
            MemorySegment forged = nativeCopy(new byte[BLOCK]);
            SegmentHeaderDescriptor.write(forged, 0, change.apply(header));
            medium.rot().overwrite(number, 0, forged.toArray(ValueLayout.JAVA_BYTE));
        } else {
            throw new AssertionError("segment " + number + " has no header to forge");
        }
    }

    private static MemorySegment nativeCopy(byte[] bytes) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length, BLOCK);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return memory;
    }

    /** {@return a header with another predecessor} */
    static SegmentHeader withPredecessor(SegmentHeader h, long predecessor, long end, long stable) {
        return with(h, h.session(), predecessor, end, h.window(), stable);
    }

    static SegmentHeader withSession(SegmentHeader h, long session) {
        return with(h, session, h.predecessor(), h.predecessorEnd(), h.window(), h.stableLsn());
    }

    static SegmentHeader withWindow(SegmentHeader h, long window) {
        return with(h, h.session(), h.predecessor(), h.predecessorEnd(), window, h.stableLsn());
    }

    private static SegmentHeader with(SegmentHeader h, long session, long predecessor, long end, long window, long stable) {
        return new SegmentHeader(
                h.blockSize(), h.number(), h.segmentSize(), h.uuidHigh(), h.uuidLow(), session, predecessor, end, h.salt(), window, stable);
    }

    /** Replaces the stable LSN in the header of a unit. */
    static void forgeUnit(SimulatedMedium medium, long number, int position, long stable) {
        byte[] header = Arrays.copyOfRange(medium.segment(number), position, position + 64);
        ByteBuffer b = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        b.putLong(24, stable);
        b.putInt(4, crc(header, 8, 56));
        medium.rot().overwrite(number, position, header);
    }
}

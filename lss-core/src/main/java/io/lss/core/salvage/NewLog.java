package io.lss.core.salvage;

import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The new store: segments in ascending order, each naming the one before it as its predecessor, then the root.
 *
 * <p>The root is that of a session that began behind everything that was kept and was closed without an append; so every kept
 * segment is one of an earlier
 * session, numbers may be missing between any two of them, and the next open begins behind every number that was ever used.
 */
final class NewLog {

    private static final int BUFFER = 1 << 20;

    private final Device device;
    private final StoreIdentity identity;
    private final MemorySegment buffer;
    private final List<Long> created = new ArrayList<>();
    private long lastNumber;
    private long lastEnd;
    private @Nullable SegmentOutput open;

    /** Whether root copy 0 may be there. */
    private boolean rootBegun;

    NewLog(Device device, StoreIdentity old) throws IOException {
        SecureRandom random = new SecureRandom();
        this.device = device;
        this.identity = new StoreIdentity(random.nextLong(), random.nextLong(), old.segmentSize(), old.blockSize());
        this.buffer = device.allocate(Math.max(BUFFER, old.blockSize()));
    }

    /**
     * {@return the output of a segment of which something is kept, begun at the first call}
     *
     * @param old the segment's header in the old store
     * @param bytes how long it can become
     */
    SegmentOutput output(SegmentHeader old, long bytes) throws IOException {
        SegmentOutput output = open;
        if (output == null) {
            created.add(old.number());
            output = new SegmentOutput(
                    device,
                    buffer,
                    new SegmentHeader(
                            identity.blockSize(),
                            old.number(),
                            identity.segmentSize(),
                            identity.uuidHigh(),
                            identity.uuidLow(),
                            old.session(),
                            lastNumber,
                            lastEnd,
                            old.salt(),
                            old.window(),
                            old.stableLsn()),
                    bytes);
            open = output;
        }
        return output;
    }

    /** Ends the segment that {@link #output} began, if it did. */
    void endSegment(SegmentHeader old) throws IOException {
        SegmentOutput output = open;
        if (output != null) {
            open = null;
            try (output) {
                output.finish();
                lastNumber = old.number();
                lastEnd = old.base() + output.position();
            }
        }
    }

    /** {@return the LSN at which what was written ends; 0 if nothing was} */
    long end() {
        return lastEnd;
    }

    /** {@return how many segments were written} */
    int segments() {
        return created.size();
    }

    /** Writes the root, both copies: from here on the new store opens. */
    Root writeRoot(long begin, long highestNumber, long lastSession, byte[] appRoot) throws IOException {
        long first = highestNumber + 1;
        created.add(first);
        try (Segment empty = device.create(first, identity.blockSize())) {
            empty.finish(0);
        }
        int block = identity.blockSize();
        long beginLsn = lastNumber == 0 ? identity.base(first) : begin;
        long stable = Math.max(lastEnd, (beginLsn + block - 1) / block * block);
        Root root = new Root(
                identity.uuidHigh(),
                identity.uuidLow(),
                1,
                identity.segmentSize(),
                block,
                true,
                lastSession + 1,
                first,
                lastNumber,
                lastEnd,
                beginLsn,
                stable,
                appRoot);
        byte[] image = RootDescriptor.encode(root);
        rootBegun = true;
        device.writeRoot(0, image);
        device.writeRoot(1, image);
        return root;
    }

    /**
     * Removes what was created, because the salvage failed. A device has no way to take a root copy back: one that was begun is made
     * invalid, so that nobody takes it for a store's, and stays.
     *
     * @return whether all of it is gone; otherwise the place must be emptied before it is used again
     */
    boolean remove(Throwable failure) {
        boolean gone = !rootBegun;
        try {
            SegmentOutput output = open;
            open = null;
            if (output != null) {
                output.close();
            }
            if (rootBegun && device.readRoot(0).isEmpty()) {
                gone = true;
            } else if (rootBegun) {
                device.writeRoot(0, new byte[RootDescriptor.LENGTH]);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
            gone = false;
        }
        for (long number : created) {
            try {
                device.delete(number);
            } catch (IOException e) {
                failure.addSuppressed(e);
                gone = false;
            }
        }
        return gone;
    }
}

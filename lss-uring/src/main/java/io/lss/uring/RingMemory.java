package io.lss.uring;

import io.lss.uring.RetiredMemory.Share;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.MemoryCalls;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory for flush buffers: of the automatic arena, in huge pages where the kernel gives them, and as much of it registered with the
 * ring as the limit on locked memory allows.
 *
 * <p>Huge pages, because a disk takes so many pieces of memory a request: 1 MiB in small pages is too many, and the request is split.
 *
 * <p>Invariant: what is registered is reachable from here until the ring is closed. Otherwise its addresses could be given to other memory
 * while the kernel still writes from the old pages.
 */
final class RingMemory {

    /** The size of a huge page, in bytes. */
    private static final long HUGE_PAGE = 2 << 20;

    /** The longest registered buffer, in bytes: io_uring_register(2). */
    private static final long MAX_PIECE = 1 << 30;

    private final int alignment;

    /** Of the mappings made here; guarded by this. */
    private final List<Share> shares = new ArrayList<>();

    private final MemorySegment reserved;
    private final long piece;

    /** The first so many bytes of {@link #reserved} are registered. */
    private final long registeredBytes;

    private final String description;
    private boolean handedOut;

    /**
     * Allocates the memory for a device's flush buffers and registers it.
     *
     * @param bufferBytes the length of a flush buffer: no write goes across its end
     */
    RingMemory(Ring ring, int alignment, int bufferBytes, int buffers) throws IOException {
        this.alignment = alignment;
        this.reserved = allocate((long) bufferBytes * buffers);
        this.piece = Math.max(bufferBytes, MAX_PIECE / bufferBytes * bufferBytes);
        int refusal = 0;
        long bytes = reserved.byteSize();
        while (bytes > 0) {
            int done = ring.registerBuffers(reserved.asSlice(0, bytes), piece);
            if (done >= 0) {
                break;
            }
            refusal = -done;
            bytes = refusal == Errno.ENOMEM ? bytes / bufferBytes / 2 * bufferBytes : 0;
        }
        this.registeredBytes = bytes;
        this.description = describe(bytes, reserved.byteSize(), refusal);
    }

    private static String describe(long registered, long all, int refusal) {
        String amount = registered == all ? mebibytes(all) : registered == 0 ? "nothing" : mebibytes(registered) + " of " + mebibytes(all);
        String why = switch (refusal) {
            case 0 -> "";
            case Errno.ENOMEM -> " (limit on locked memory: " + LockedMemory.limit() + ")";
            default -> " (" + Errno.text(refusal) + ")";
        };
        return amount + " registered" + why;
    }

    private static String mebibytes(long bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
    }

    /** {@return memory, zeroed and aligned; the registered memory if that has the length asked for and nobody has it yet} */
    synchronized MemorySegment take(long bytes) throws IOException {
        if (!handedOut && bytes == reserved.byteSize()) {
            handedOut = true;
            return reserved;
        }
        return allocate(bytes);
    }

    private synchronized MemorySegment allocate(long bytes) throws IOException {
        try {
            if (bytes < HUGE_PAGE) {
                return Arena.ofAuto().allocate(bytes, alignment);
            }
            RetiredMemory.makeRoom();
            Share share = new Share(bytes);
            MemorySegment memory = MemoryCalls.mapHuge(bytes, share::unmapped);
            shares.add(share);
            return memory;
        } catch (OutOfMemoryError | SystemCallException e) {
            throw new IOException(
                    "no memory for flush buffers: needed=" + bytes
                            + " limit=the machine's memory, ulimit -v, -XX:MaxDirectMemorySize; raise what is in the way, or use fewer or"
                            + " smaller buffers (" + e.getMessage() + ")",
                    e);
        }
    }

    /** The device is closed: the memory is still there for those who hold it, and nobody else. */
    synchronized void retire() {
        shares.forEach(Share::retire);
    }

    /** {@return the index of the registered buffer in which a source lies whole; -1: none} */
    int indexOf(@Nullable MemorySegment src) {
        if (src == null) {
            return -1;
        }
        long from = src.address() - reserved.address();
        long to = from + src.byteSize();
        if (from < 0 || to > registeredBytes) {
            return -1;
        }
        long index = from / piece;
        return index == (to - 1) / piece ? (int) index : -1;
    }

    /** {@return how much is registered, for people} */
    String description() {
        return description;
    }
}

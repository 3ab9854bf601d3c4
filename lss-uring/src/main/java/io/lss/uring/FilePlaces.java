package io.lss.uring;

import io.lss.uring.linux.Ring;
import java.util.BitSet;

/**
 * The table of files registered with the ring: for those that are written the kernel then need not take and drop a reference at every
 * request. Few segments are written at a time; one that finds no place is named by its descriptor.
 */
final class FilePlaces {

    static final int NONE = -1;

    private static final int COUNT = 16;

    private final Ring ring;

    /** Guarded by this, like the table itself. */
    private final BitSet taken = new BitSet();

    private boolean closed;

    FilePlaces(Ring ring) {
        this.ring = ring;
        ring.registerFiles(COUNT); // if refused, no place is ever given
    }

    /** {@return the place of a file; {@link #NONE} if there is none left} */
    synchronized int take(int fd) {
        int place = taken.nextClearBit(0);
        if (closed || place >= COUNT || !ring.setFile(place, fd)) {
            return NONE;
        }
        taken.set(place);
        return place;
    }

    /** Empties a place, before its file is closed. */
    synchronized void free(int place) {
        if (place != NONE && !closed) {
            ring.setFile(place, -1);
            taken.clear(place);
        }
    }

    /** From now on the ring is not touched. */
    synchronized void close() {
        closed = true;
    }
}

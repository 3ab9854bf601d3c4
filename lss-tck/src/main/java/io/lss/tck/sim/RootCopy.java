package io.lss.tck.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the two root copies. Guarded by the medium's monitor. Arrays in it are never modified. */
final class RootCopy {

    /** An image on its way. {@code applied}: reads see it. */
    private static final class Pending {
        private final byte[] image;
        private final boolean applied;

        private Pending(byte[] image, boolean applied) {
            this.image = image;
            this.applied = applied;
        }
    }

    private byte @Nullable [] durable;
    private final List<Pending> unsynced = new ArrayList<>();
    private boolean nameDurable = true;

    /** {@return what a read finds, null if the copy was never written} */
    byte @Nullable [] seen() {
        byte[] image = durable;
        for (Pending pending : unsynced) {
            if (pending.applied) {
                image = pending.image;
            }
        }
        return image;
    }

    /** Begins to write: from now on a crash may leave the image, or part of it. */
    void begin(byte[] image) {
        unsynced.add(new Pending(image, false));
    }

    /** Ends the write begun last: reads see it. */
    void apply() {
        Pending last = unsynced.removeLast();
        nameDurable &= seen() != null;
        unsynced.add(new Pending(last.image, true));
    }

    /** Makes the content that reads see durable. */
    void syncContent() {
        durable = seen();
        unsynced.clear();
    }

    /** Makes the existence of the copy durable. */
    void syncName() {
        nameDurable = true;
    }

    /** Puts an image, durable at once; null removes the copy. */
    void put(byte @Nullable [] image) {
        durable = image;
        unsynced.clear();
        nameDurable = true;
    }

    /** {@return this copy after power loss} */
    RootCopy afterCrash(Fate fate) {
        var copy = new RootCopy();
        copy.durable = durable;
        for (Pending pending : unsynced) {
            copy.durable = fate.survivor(copy.durable, pending.image);
        }
        if (!nameDurable && !fate.keeps()) {
            copy.durable = null;
        }
        return copy;
    }

    /**
     * {@return this copy after the death of its writer: what was applied is there, what was on its way is there or
     * not}
     */
    RootCopy afterKill(Fate fate) {
        var copy = new RootCopy();
        copy.durable = durable;
        copy.nameDurable = nameDurable;
        for (Pending pending : unsynced) {
            byte[] image = pending.applied ? pending.image : fate.survivor(copy.seen(), pending.image);
            if (image != null && !Arrays.equals(image, copy.seen())) {
                copy.unsynced.add(new Pending(image, true));
            }
        }
        return copy;
    }

    /** {@return a hash of the durable content} */
    long hash() {
        return durable == null ? 0 : ContentHash.combine(durable.length, ContentHash.of(durable));
    }

    @Override
    public String toString() {
        byte[] image = seen();
        boolean durableAsSeen = unsynced.isEmpty() && nameDurable;
        return (image == null ? "none" : image.length + " bytes") + (durableAsSeen ? "" : ", not durable");
    }
}

package io.lss.core;

import io.lss.api.StoreClosedException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Keeps the root: every change goes to both copies, one after the other, first to the one that is not the best.
 *
 * <p>So at every moment one copy on the device is whole, and when {@link #update} has returned both are and say the same: a
 * single copy that rots loses nothing.
 */
final class RootKeeper {

    private final Device device;
    private final ReentrantLock deviceLock;
    private volatile Root root;
    private int worse;
    private boolean ended;

    /**
     * A keeper of what recovery found.
     *
     * @param worse the copy to be written first
     */
    RootKeeper(Device device, ReentrantLock deviceLock, Root root, int worse) {
        this.device = device;
        this.deviceLock = deviceLock;
        this.root = root;
        this.worse = worse;
    }

    Root root() {
        return root;
    }

    /** Replaces the root; durable on return. The change is told the present root, and need not count the sequence. */
    void update(UnaryOperator<Root> change) throws IOException {
        deviceLock.lock();
        try {
            if (ended) {
                throw new StoreClosedException("the store is closed; open it again to go on");
            }
            Root next = change.apply(root).withSequence(root.sequence() + 1);
            byte[] image = RootDescriptor.encode(next);
            int first = worse;
            device.writeRoot(first, image);
            // From here on the other copy is the older one, whatever happens to its write.
            worse = 1 - first;
            root = next;
            device.writeRoot(1 - first, image);
            worse = first;
        } finally {
            deviceLock.unlock();
        }
    }

    /** Refuses every change from now on, having waited for the one under way. */
    void end() {
        deviceLock.lock();
        try {
            ended = true;
        } finally {
            deviceLock.unlock();
        }
    }
}

package io.lss.faults.load;

import io.lss.faults.load.Moment.Operation;
import java.io.IOException;

/** Sees the operations of a device come and go. Called by all threads that use the device. */
@FunctionalInterface
public interface Watcher {

    /** Of an operation that is of no interest. */
    Watch NOTHING = new Watch() {};

    /** One operation. */
    interface Watch {

        /**
         * Asked before an operation that the caller waits for (all but writes and syncs of a segment).
         *
         * @throws IOException what the caller is told; the device is then not asked
         */
        default void mayBegin() throws IOException {}

        /** The device is at it, or is about to be, on this thread. */
        default void isUnderWay() {}

        /**
         * It has ended, well or not; nobody has been told.
         *
         * @throws IOException what those who asked for it are told instead of success
         */
        default void hasEnded() throws IOException {}
    }

    /**
     * An operation is about to be handed to the device.
     *
     * @param operation which
     * @return who follows it
     */
    Watch begins(Operation operation);
}

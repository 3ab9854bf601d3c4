package io.lss.tck.crash;

import java.util.List;

/**
 * One step of a program. A {@code choice} selects among what there is when the step runs, and lengths are cut to what the
 * engine takes, so that a program stays one when steps are taken out of it.
 */
sealed interface Step {

    /** How a reservation ends. */
    enum Ending {
        PUBLISH,
        ABORT,
        CLOSE
    }

    record Append(int length) implements Step {}

    record Batch(List<Integer> lengths) implements Step {}

    record Reserve(int length) implements Step {}

    record ReserveAll(List<Integer> lengths) implements Step {}

    /** Ends an open reservation. */
    record End(int choice, Ending how) implements Step {}

    record Flush() implements Step {}

    record Poll(int times) implements Step {}

    record Sync() implements Step {}

    /** Waits until one of the latest records is stable. */
    record Await(int choice) implements Step {}

    record Read(int choice) implements Step {}

    record ReadAll() implements Step {}

    record Scan() implements Step {}

    /** Trims to a record below the stable watermark, or to the watermark itself. */
    record Trim(int choice) implements Step {}

    record SetRoot(int length) implements Step {}

    record PassTime(long micros) implements Step {}

    /** Closes the store and opens it again. */
    record Reopen(long seed) implements Step {}

    /** Cuts the program off and goes on with what that leaves. */
    record Crash(Cut cut, long seed) implements Step {}

    /** Lands writes of a dead owner. */
    record LandLateWrites() implements Step {}

    /** Leaves space for a few more segments. */
    record DiskFull(int segments) implements Step {}

    record DiskFree() implements Step {}
}

package io.lss.tck.crash;

import io.lss.tck.program.StoreCall;

/**
 * One step of a program: a call, or what happens to the store and its medium.
 */
sealed interface Step {

    /** A call to the open store. */
    record Call(StoreCall call) implements Step {
        @Override
        public String toString() {
            return call.toString();
        }
    }

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

package io.lss.tck.program;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** One step of a {@link StoreProgram}: a call, something done by several threads, or an end of the store and a new beginning. */
sealed interface Move {

    /** A call by the program's own thread. */
    record Call(StoreCall call) implements Move {
        @Override
        public String toString() {
            return call.toString();
        }
    }

    /** Threads append and reserve at the same time, each some records, of these lengths in turn. */
    record Together(int threads, int records, List<Integer> lengths) implements Move {
        @Override
        public String toString() {
            return threads + " threads append and publish " + records + " records each at the same time, of " + StoreCall.bytes(lengths);
        }
    }

    /** Another thread than the one that reserved ends a reservation. */
    record EndElsewhere(int choice, StoreCall.Ending how, boolean virtual) implements Move {
        @Override
        public String toString() {
            return new StoreCall.End(choice, how) + ", by another thread, " + kind(virtual);
        }
    }

    /** Waits, but not for long, until what was reserved last is stable. */
    record AwaitWithin(Duration time) implements Move {
        @Override
        public String toString() {
            return "awaitStable of the latest reservation for " + time.toNanos() / 1_000 + " us at most";
        }
    }

    /** Threads and stages begin to wait until what was reserved is stable; nobody waits for them until it is. */
    record Wait(int threads, int choice) implements Move {
        @Override
        public String toString() {
            return threads + " more threads begin awaitStable of the latest reservations (" + choice + "), and as many whenStable";
        }
    }

    /** A reader begins to follow the log, unless one does already. */
    record Follow(boolean fromBegin, boolean virtual) implements Move {
        @Override
        public String toString() {
            return "tail from " + (fromBegin ? "beginLsn" : "stableLsn") + ", on a thread of its own, " + kind(virtual);
        }
    }

    /** The reader that follows must come to where the log is stable. */
    record CatchUp() implements Move {
        @Override
        public String toString() {
            return "wait until the tail has what is stable";
        }
    }

    /** Closes the store and opens it with other options. */
    record Reopen(StoreSettings with) implements Move {
        @Override
        public String toString() {
            return "close, and open with " + with;
        }
    }

    /** Makes calls and stops the machine at once, if that can be done, while they are on their way; opens what is left with other options. */
    record Crash(List<StoreCall> last, StoreSettings with) implements Move {
        @Override
        public String toString() {
            return last.stream().map(each -> each + ", ").collect(Collectors.joining()) + "crash, and open with " + with;
        }
    }

    private static String kind(boolean virtual) {
        return virtual ? "a virtual one" : "a platform one";
    }
}

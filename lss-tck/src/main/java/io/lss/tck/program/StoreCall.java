package io.lss.tck.program;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One call to an open store. A {@code choice} selects among what there is when the call is made, and lengths are cut to what the
 * store takes, so that a program stays one when calls are taken out of it.
 */
public sealed interface StoreCall {

    /** How a reservation ends. */
    enum Ending {
        PUBLISH,
        ABORT,
        CLOSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Appends a record. */
    record Append(int length) implements StoreCall {
        @Override
        public String toString() {
            return "append " + bytes(length);
        }
    }

    /** Appends several as one. */
    record Batch(List<Integer> lengths) implements StoreCall {
        @Override
        public String toString() {
            return "append a batch of " + bytes(lengths);
        }
    }

    /** Reserves space for a record. */
    record Reserve(int length) implements StoreCall {
        @Override
        public String toString() {
            return "reserve " + bytes(length);
        }
    }

    /** Reserves space for several. */
    record ReserveAll(List<Integer> lengths) implements StoreCall {
        @Override
        public String toString() {
            return "reserve at once " + bytes(lengths);
        }
    }

    /** Ends an open reservation. */
    record End(int choice, Ending how) implements StoreCall {
        @Override
        public String toString() {
            return how + " open reservation " + choice + " (modulo how many there are)";
        }
    }

    /** Seals the current buffer. */
    record Flush() implements StoreCall {
        @Override
        public String toString() {
            return "flush";
        }
    }

    /** Drives the store. */
    record Poll(int times) implements StoreCall {
        @Override
        public String toString() {
            return "poll, " + times + " times";
        }
    }

    /** Waits until all that is published is stable. */
    record Sync() implements StoreCall {
        @Override
        public String toString() {
            return "sync";
        }
    }

    /** Waits until one of the latest records is stable. */
    record Await(int choice) implements StoreCall {
        @Override
        public String toString() {
            return "awaitStable of one of the latest records (" + choice + ")";
        }
    }

    /** Reads what was reserved at one time or another. */
    record Read(int choice) implements StoreCall {
        @Override
        public String toString() {
            return "read the record or reservation " + choice + " (modulo how many there are)";
        }
    }

    /** Reads all that was ever reserved. */
    record ReadAll() implements StoreCall {
        @Override
        public String toString() {
            return "readAll of all";
        }
    }

    /** Walks over all that is stable. */
    record Scan() implements StoreCall {
        @Override
        public String toString() {
            return "scan";
        }
    }

    /** Trims to a record below the stable watermark, or to the watermark itself. */
    record Trim(int choice) implements StoreCall {
        @Override
        public String toString() {
            return "trimBefore " + (choice % STABLE_ITSELF == 0 ? "the stable watermark" : "a stable record (" + choice + ")");
        }
    }

    /** Replaces the application root. */
    record SetRoot(int length) implements StoreCall {
        @Override
        public String toString() {
            return "setRoot of " + bytes(length);
        }
    }

    /** One in so many trims is to the stable watermark itself. */
    int STABLE_ITSELF = 5;

    /** {@return a length in words} */
    static String bytes(int length) {
        return length == 1 ? "1 byte" : String.format(Locale.ROOT, "%,d bytes", length);
    }

    /** {@return lengths in words} */
    static String bytes(List<Integer> lengths) {
        return lengths.size() == 1 ? bytes(lengths.getFirst()) : lengths.stream().map(each -> String.format(Locale.ROOT, "%,d", each)).collect(Collectors.joining(" + ", "", " bytes"));
    }
}

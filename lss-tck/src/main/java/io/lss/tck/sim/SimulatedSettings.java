package io.lss.tck.sim;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How the devices behave that are opened on a medium. Immutable; made by {@link #builder()}. By default: a correct
 * device, deterministic, in virtual time, with 4096-byte blocks, and without faults.
 */
public final class SimulatedSettings {

    private final Builder values;

    private SimulatedSettings(Builder values) {
        this.values = values.copy();
    }

    /** {@return a builder that holds the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return a builder that holds these settings} */
    public Builder toBuilder() {
        return values.copy();
    }

    /** {@return what every random decision is drawn from, together with how often the medium was opened} */
    public long seed() {
        return values.seed;
    }

    /** {@return the block size in bytes: what writes are multiples of, and tear at} */
    public int blockSize() {
        return values.blockSize;
    }

    /** {@return what addresses of source memory are multiples of, in bytes} */
    public int memoryAlignment() {
        return values.memoryAlignment;
    }

    /** {@return the longest write in bytes; 0: exactly one flush buffer, rounded up to a block} */
    public long maxTransfer() {
        return values.maxTransfer;
    }

    /** {@return how many writes in flight are worth having} */
    public int depth() {
        return values.depth;
    }

    /** {@return by which clock the device lives} */
    public Timing timing() {
        return values.timing;
    }

    /** {@return the shortest time a write or sync takes, in nanoseconds} */
    public long minLatencyNanos() {
        return values.minLatencyNanos;
    }

    /** {@return the longest time a write or sync takes, in nanoseconds} */
    public long maxLatencyNanos() {
        return values.maxLatencyNanos;
    }

    /** {@return how many of 100 writes and syncs complete before the call returns that hands them over} */
    public int inlinePercent() {
        return values.inlinePercent;
    }

    /** {@return what was never written reads as} */
    public FreshContent freshContent() {
        return values.freshContent;
    }

    /** {@return whether the medium forgets everything when power is lost} */
    public boolean volatileMedium() {
        return values.volatileMedium;
    }

    /**
     * {@return whether data whose sync failed stays readable for later devices, see {@link Builder#lostStaysReadable}}
     */
    public boolean lostStaysReadable() {
        return values.lostStaysReadable;
    }

    /** {@return which operations go wrong} */
    public SimulatedFaults faults() {
        return values.faults;
    }

    /** {@return in which ways the device breaks the rules; empty for a correct one} */
    public Set<Flaw> flaws() {
        return Set.copyOf(values.flaws);
    }

    /** {@return whether the device keeps its history in words, see {@link SimulatedDevice#history()}} */
    public boolean traced() {
        return values.traced;
    }

    boolean has(Flaw flaw) {
        return values.flaws.contains(flaw);
    }

    Consumer<? super Moment> observer() {
        return values.observer;
    }

    @Override
    public String toString() {
        return "seed " + values.seed + ", blocks of " + values.blockSize + " bytes, " + values.timing + ", latency "
                + values.minLatencyNanos + " to " + values.maxLatencyNanos + " ns, inline " + values.inlinePercent
                + " %, never written: " + values.freshContent + ", faults " + values.faults + ", flaws " + values.flaws;
    }

    /** Collects settings. Not safe for use by several threads. Values are checked together by {@link #build()}. */
    public static final class Builder {

        private long seed;
        private int blockSize = 4096;
        private int memoryAlignment = 4096;
        private long maxTransfer;
        private int depth = 8;
        private Timing timing = Timing.VIRTUAL;
        private long minLatencyNanos = 10_000;
        private long maxLatencyNanos = 1_000_000;
        private int inlinePercent;
        private FreshContent freshContent = FreshContent.RECYCLED;
        private boolean volatileMedium;
        private boolean lostStaysReadable;
        private SimulatedFaults faults = SimulatedFaults.none();
        private Set<Flaw> flaws = EnumSet.noneOf(Flaw.class);
        private boolean traced;
        private Consumer<? super Moment> observer = _ -> {};

        private Builder() {}

        private Builder copy() {
            var copy = new Builder();
            copy.seed = seed;
            copy.blockSize = blockSize;
            copy.memoryAlignment = memoryAlignment;
            copy.maxTransfer = maxTransfer;
            copy.depth = depth;
            copy.timing = timing;
            copy.minLatencyNanos = minLatencyNanos;
            copy.maxLatencyNanos = maxLatencyNanos;
            copy.inlinePercent = inlinePercent;
            copy.freshContent = freshContent;
            copy.volatileMedium = volatileMedium;
            copy.lostStaysReadable = lostStaysReadable;
            copy.faults = faults;
            copy.flaws = EnumSet.copyOf(flaws);
            copy.traced = traced;
            copy.observer = observer;
            return copy;
        }

        /**
         * Sets what every random decision is drawn from.
         *
         * @param value any number; 0 by default
         * @return this
         */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * Sets the block size: positions and lengths of writes are multiples of it, and writes tear at multiples of it.
         *
         * @param bytes a power of two from 512 to 65536; 4096 by default. Constant for a medium
         * @return this
         */
        public Builder blockSize(int bytes) {
            blockSize = bytes;
            return this;
        }

        /**
         * Sets what addresses of source memory are multiples of.
         *
         * @param bytes a power of two; 4096 by default
         * @return this
         */
        public Builder memoryAlignment(int bytes) {
            memoryAlignment = bytes;
            return this;
        }

        /**
         * Sets the longest write.
         *
         * @param bytes in bytes; 0, the default: exactly one flush buffer, rounded up to a block
         * @return this
         */
        public Builder maxTransfer(long bytes) {
            maxTransfer = bytes;
            return this;
        }

        /**
         * Sets how many writes in flight are worth having.
         *
         * @param value at least 1; 8 by default
         * @return this
         */
        public Builder depth(int value) {
            depth = value;
            return this;
        }

        /**
         * Sets by which clock the device lives, and who delivers completions.
         *
         * @param value {@link Timing#VIRTUAL} by default
         * @return this
         */
        public Builder timing(Timing value) {
            timing = value;
            return this;
        }

        /**
         * Sets how long writes and syncs take. Each draws from this range, so the wider it is, the less completions
         * keep the order of issue.
         *
         * @param minNanos the shortest, in nanoseconds, at least 0; 10 microseconds by default
         * @param maxNanos the longest, in nanoseconds, not below {@code minNanos}; 1 millisecond by default
         * @return this
         */
        public Builder latency(long minNanos, long maxNanos) {
            minLatencyNanos = minNanos;
            maxLatencyNanos = maxNanos;
            return this;
        }

        /**
         * Sets how many writes and syncs complete before the call returns that hands them over, which F2 allows.
         *
         * @param percent from 0 to 100; 0 by default
         * @return this
         */
        public Builder inlinePercent(int percent) {
            inlinePercent = percent;
            return this;
        }

        /**
         * Sets what was never written reads as.
         *
         * @param value {@link FreshContent#RECYCLED} by default
         * @return this
         */
        public Builder freshContent(FreshContent value) {
            freshContent = value;
            return this;
        }

        /**
         * Sets whether the medium forgets everything when power is lost, as memory does.
         *
         * @param value false by default
         * @return this
         */
        public Builder volatileMedium(boolean value) {
            volatileMedium = value;
            return this;
        }

        /**
         * Sets whether data whose sync failed can still be read by devices opened later although it is not durable and
         * a sync then succeeds, as with the page cache of Linux. No engine that reads through such a cache can know; by
         * default the next open decides what is on the medium, and reads see just that.
         *
         * @param value false by default
         * @return this
         */
        public Builder lostStaysReadable(boolean value) {
            lostStaysReadable = value;
            return this;
        }

        /**
         * Sets which operations go wrong.
         *
         * @param value none by default
         * @return this
         */
        public Builder faults(SimulatedFaults value) {
            faults = value;
            return this;
        }

        /**
         * Sets in which ways the device breaks the rules.
         *
         * @param first one of them
         * @param more others
         * @return this
         */
        public Builder flaws(Flaw first, Flaw... more) {
            flaws = EnumSet.of(first, more);
            return this;
        }

        /**
         * Sets whether the device keeps its history in words.
         *
         * @param value false by default
         * @return this
         */
        public Builder traced(boolean value) {
            traced = value;
            return this;
        }

        /**
         * Sets who is told of every operation in the middle of it: where a crash fault would strike. The observer may
         * take images of the medium ({@code crash}, {@code kill}, {@code hash}), and so visit every crash point of one
         * run. It is called by the operating thread while the medium is held: it must not use the device, nor wait for
         * another thread.
         *
         * @param value nobody by default
         * @return this
         */
        public Builder observer(Consumer<? super Moment> value) {
            observer = value;
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException if a value is out of its range
         */
        public SimulatedSettings build() {
            if (blockSize < 512 || blockSize > 1 << 16 || Integer.bitCount(blockSize) != 1) {
                throw new IllegalArgumentException(
                        "blockSize " + blockSize + " is not a power of two from 512 to 65536");
            }
            if (minLatencyNanos < 0 || maxLatencyNanos < minLatencyNanos) {
                throw new IllegalArgumentException(
                        "latency from " + minLatencyNanos + " to " + maxLatencyNanos + " is no range");
            }
            if (inlinePercent < 0 || inlinePercent > 100) {
                throw new IllegalArgumentException("inlinePercent " + inlinePercent + " is not from 0 to 100");
            }
            if (maxTransfer < 0 || maxTransfer % blockSize != 0) {
                throw new IllegalArgumentException(
                        "maxTransfer " + maxTransfer + " is no multiple of the block size " + blockSize);
            }
            return new SimulatedSettings(this);
        }
    }
}

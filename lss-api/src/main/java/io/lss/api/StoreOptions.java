package io.lss.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How to open a store. Immutable; made by {@link #builder()}. Defaults suit most uses: 64 MiB segments, a ring of 8 flush
 * buffers of 1 MiB, records survive power loss when stable.
 *
 * <p>Sizing: the ring ({@link #buffers()} times {@link #bufferSize()}) bounds the memory, the longest record (a little less
 * than a buffer), and how much can be lost that was published and not awaited. A larger buffer gives more bandwidth to bulk
 * loads up to about 1 MiB; a longer ring absorbs longer stalls of the device.
 */
public final class StoreOptions {

    /** The smallest flush buffer, in bytes. */
    public static final int MIN_BUFFER_SIZE = 16 << 10;

    /** The largest flush buffer, in bytes. */
    public static final int MAX_BUFFER_SIZE = 256 << 20;

    /** The most flush buffers. */
    public static final int MAX_BUFFERS = 1024;

    /** The largest segment, in bytes. */
    public static final long MAX_SEGMENT_SIZE = 1L << 36;

    /** The longest {@link #linger()} and {@link #reservationTimeout()}. */
    public static final Duration MAX_TIME = Duration.ofDays(1);

    private static final long DEFAULT_SEGMENT_SIZE = 64L << 20;
    private static final StoreOptions DEFAULTS = builder().build();

    private final Builder values;

    private StoreOptions(Builder values) {
        this.values = new Builder(values);
        this.values.check();
    }

    /** {@return the defaults} */
    public static StoreOptions defaults() {
        return DEFAULTS;
    }

    /** {@return a builder that holds the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return a builder that holds these options} */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** {@return the provider asked for by name, if any} */
    public Optional<String> provider() {
        return Optional.ofNullable(values.provider);
    }

    /** {@return what may be found and done at the location} */
    public OpenMode openMode() {
        return values.openMode;
    }

    /** {@return what stable means} */
    public Durability durability() {
        return values.durability;
    }

    /** {@return in which order buffers go to the device} */
    public WriteMode writeMode() {
        return values.writeMode;
    }

    /** {@return the segment size asked for, in bytes; empty: that of the store, 64 MiB for a new one} */
    public OptionalLong segmentSize() {
        return values.segmentSize == 0 ? OptionalLong.empty() : OptionalLong.of(values.segmentSize);
    }

    /** {@return the size of a segment of a new store, in bytes} */
    public long newSegmentSize() {
        return values.segmentSize == 0 ? Math.max(DEFAULT_SEGMENT_SIZE, 4L * values.bufferSize) : values.segmentSize;
    }

    /** {@return the length of a flush buffer, in bytes} */
    public int bufferSize() {
        return values.bufferSize;
    }

    /** {@return how many flush buffers the ring has} */
    public int buffers() {
        return values.buffers;
    }

    /** {@return how long a record may stay in an open buffer before it is flushed without anybody asking; zero: for ever} */
    public Duration linger() {
        return values.linger;
    }

    /** {@return how long a reservation may hold back a sealed buffer before the store gives it up; zero: for ever} */
    public Duration reservationTimeout() {
        return values.reservationTimeout;
    }

    /** {@return whether the store has no thread of its own and is driven by {@link LogStructuredStore#poll} and by its waiters} */
    public boolean callerDriven() {
        return values.callerDriven;
    }

    /** {@return whether misuse that costs time to find is looked for} */
    public boolean checked() {
        return values.checked;
    }

    /** {@return settings for the provider itself} */
    public Map<String, String> providerProperties() {
        return Map.copyOf(values.providerProperties);
    }

    @Override
    public String toString() {
        return values.toString();
    }

    /** Collects options. Not safe for use by several threads. Values are checked together by {@link #build()}. */
    public static final class Builder {

        private @Nullable String provider;
        private OpenMode openMode = OpenMode.OPEN_OR_CREATE;
        private Durability durability = Durability.SYNC;
        private WriteMode writeMode = WriteMode.TAIL_LOCALIZED;
        private long segmentSize;
        private int bufferSize = 1 << 20;
        private int buffers = 8;
        private Duration linger = Duration.ofMillis(10);
        private Duration reservationTimeout = Duration.ofSeconds(30);
        private boolean callerDriven;
        private boolean checked;
        private Map<String, String> providerProperties = new HashMap<>();

        private Builder() {}

        private Builder(Builder other) {
            provider = other.provider;
            openMode = other.openMode;
            durability = other.durability;
            writeMode = other.writeMode;
            segmentSize = other.segmentSize;
            bufferSize = other.bufferSize;
            buffers = other.buffers;
            linger = other.linger;
            reservationTimeout = other.reservationTimeout;
            callerDriven = other.callerDriven;
            checked = other.checked;
            providerProperties = new HashMap<>(other.providerProperties);
        }

        /**
         * Asks for a provider by name; without it, the system property {@code io.lss.provider} decides, else the best that
         * can serve the location.
         *
         * @param name such as {@code filechannel}
         * @return this
         */
        public Builder provider(String name) {
            provider = name;
            return this;
        }

        /**
         * What may be found and done at the location; {@link OpenMode#OPEN_OR_CREATE} by default.
         *
         * @param mode which
         * @return this
         */
        public Builder openMode(OpenMode mode) {
            openMode = Objects.requireNonNull(mode, "openMode");
            return this;
        }

        /**
         * What stable means; {@link Durability#SYNC} by default.
         *
         * @param level which
         * @return this
         */
        public Builder durability(Durability level) {
            durability = Objects.requireNonNull(level, "durability");
            return this;
        }

        /**
         * In which order buffers go to the device; {@link WriteMode#TAIL_LOCALIZED} by default.
         *
         * @param mode which
         * @return this
         */
        public Builder writeMode(WriteMode mode) {
            writeMode = Objects.requireNonNull(mode, "writeMode");
            return this;
        }

        /**
         * The size of a segment. Fixed when the store is created; given for an existing store it must be the same.
         *
         * @param bytes a multiple of 64 KiB, at least two buffers, at most {@link #MAX_SEGMENT_SIZE}
         * @return this
         */
        public Builder segmentSize(long bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("segmentSize " + bytes + " is not positive");
            }
            segmentSize = bytes;
            return this;
        }

        /**
         * The length of a flush buffer; 1 MiB by default. May differ from open to open.
         *
         * @param bytes a power of two from {@link #MIN_BUFFER_SIZE} to {@link #MAX_BUFFER_SIZE}
         * @return this
         */
        public Builder bufferSize(int bytes) {
            bufferSize = bytes;
            return this;
        }

        /**
         * How many flush buffers the ring has; 8 by default.
         *
         * @param count from 2 to {@link #MAX_BUFFERS}
         * @return this
         */
        public Builder buffers(int count) {
            buffers = count;
            return this;
        }

        /**
         * How long a record may stay in an open buffer before it is flushed without anybody asking; 10 ms by default.
         *
         * @param time zero: for ever; otherwise from 1 microsecond to {@link #MAX_TIME}
         * @return this
         */
        public Builder linger(Duration time) {
            linger = Objects.requireNonNull(time, "linger");
            return this;
        }

        /**
         * How long a reservation may hold back a sealed buffer before the store gives it up; 30 s by default.
         *
         * @param time zero: for ever; otherwise from 1 millisecond to {@link #MAX_TIME}
         * @return this
         */
        public Builder reservationTimeout(Duration time) {
            reservationTimeout = Objects.requireNonNull(time, "reservationTimeout");
            return this;
        }

        /**
         * Gives the store no thread of its own. {@link LogStructuredStore#poll} drives it; so does a thread that waits for
         * space or stability.
         *
         * @param value true for no thread
         * @return this
         */
        public Builder callerDriven(boolean value) {
            callerDriven = value;
            return this;
        }

        /**
         * Looks for misuse that costs time to find: a payload changed after publish, a thread waiting for its own
         * reservation.
         *
         * @param value true to look
         * @return this
         */
        public Builder checked(boolean value) {
            checked = value;
            return this;
        }

        /**
         * A setting for the provider itself; its documentation lists them.
         *
         * @param key which
         * @param value what
         * @return this
         */
        public Builder providerProperty(String key, String value) {
            providerProperties.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, key));
            return this;
        }

        /**
         * {@return the options}
         *
         * @throws IllegalArgumentException if a value is out of range or two do not go together, naming it and its range
         */
        public StoreOptions build() {
            return new StoreOptions(this);
        }

        private void check() {
            if (bufferSize < MIN_BUFFER_SIZE || bufferSize > MAX_BUFFER_SIZE || Integer.bitCount(bufferSize) != 1) {
                throw new IllegalArgumentException("bufferSize " + bufferSize + " is not a power of two from "
                        + MIN_BUFFER_SIZE + " to " + MAX_BUFFER_SIZE);
            }
            if (buffers < 2 || buffers > MAX_BUFFERS) {
                throw new IllegalArgumentException("buffers " + buffers + " is not from 2 to " + MAX_BUFFERS);
            }
            if (segmentSize != 0) {
                if (segmentSize % (64 << 10) != 0 || segmentSize > MAX_SEGMENT_SIZE) {
                    throw new IllegalArgumentException("segmentSize " + segmentSize
                            + " is not a multiple of 65536 up to " + MAX_SEGMENT_SIZE);
                }
                if (segmentSize < 2L * bufferSize) {
                    throw new IllegalArgumentException("segmentSize " + segmentSize + " is less than two buffers of "
                            + bufferSize + "; make segments larger or buffers smaller");
                }
            }
            checkTime("linger", linger, Duration.ofNanos(1000));
            checkTime("reservationTimeout", reservationTimeout, Duration.ofMillis(1));
        }

        private static void checkTime(String name, Duration time, Duration least) {
            if (!time.isZero() && (time.compareTo(least) < 0 || time.compareTo(MAX_TIME) > 0)) {
                throw new IllegalArgumentException(
                        name + " " + time + " is neither zero, which means for ever, nor from " + least + " to " + MAX_TIME);
            }
        }

        @Override
        public String toString() {
            return "StoreOptions[provider=" + provider + ", openMode=" + openMode + ", durability=" + durability
                    + ", writeMode=" + writeMode + ", segmentSize=" + segmentSize + ", bufferSize=" + bufferSize
                    + ", buffers=" + buffers + ", linger=" + linger + ", reservationTimeout=" + reservationTimeout
                    + ", callerDriven=" + callerDriven + ", checked=" + checked + ", providerProperties="
                    + providerProperties + "]";
        }
    }
}

package io.lss.faults.load;

import io.lss.api.Durability;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.time.Duration;

/**
 * How a store is opened in one run. Small and different from run to run, so that rolls, wraps and back-pressure happen all the
 * time.
 *
 * @param provider its name
 * @param writeMode as the store takes it
 * @param durability as the store takes it
 * @param preallocate how the provider makes files
 * @param spares how many files the provider keeps for reuse
 * @param bufferSize in bytes
 * @param buffers how many
 * @param lingerMillis how long a record may wait for company
 * @param moment where the process kills itself; {@link Moment#NEVER}
 */
public record Setup(
        String provider,
        WriteMode writeMode,
        Durability durability,
        String preallocate,
        int spares,
        int bufferSize,
        int buffers,
        int lingerMillis,
        Moment moment) {

    /** The size of a segment, in bytes; the same in all runs, because segments of two sizes are not what is tried here. */
    public static final long SEGMENT = 128 << 10;

    /**
     * {@return a setup that varies with the run}
     *
     * @param provider its name
     * @param writeMode as the store takes it
     * @param durability as the store takes it
     * @param run any number
     */
    public static Setup of(String provider, WriteMode writeMode, Durability durability, int run) {
        return new Setup(
                provider,
                writeMode,
                durability,
                run % 5 == 0 ? "zero" : provider.equals("uring") ? "fallocate" : "sparse",
                run % 3,
                (16 << 10) << run % 2,
                2 + run % 4,
                1 + run % 3,
                Moment.NEVER);
    }

    /**
     * {@return the same, with a moment to die at}
     *
     * @param at the moment
     */
    public Setup dyingAt(Moment at) {
        return new Setup(provider, writeMode, durability, preallocate, spares, bufferSize, buffers, lingerMillis, at);
    }

    /** {@return the options} */
    public StoreOptions options() {
        StoreOptions.Builder options = StoreOptions.builder()
                .bufferSize(bufferSize)
                .buffers(buffers)
                .segmentSize(SEGMENT)
                .linger(Duration.ofMillis(lingerMillis))
                .writeMode(writeMode)
                .durability(durability)
                .providerProperty("preallocate", preallocate)
                .providerProperty("spares", String.valueOf(spares));
        if (moment.equals(Moment.NEVER)) {
            options.provider(provider);
        } else {
            options.provider(WatchedProvider.NAME)
                    .providerProperty(WatchedProvider.OF, provider)
                    .providerProperty(WatchedProvider.BY, moment.text());
        }
        return options.build();
    }

    /** {@return one word, for {@link #parse}} */
    public String text() {
        return String.join(
                ",",
                provider,
                writeMode.name(),
                durability.name(),
                preallocate,
                String.valueOf(spares),
                String.valueOf(bufferSize),
                String.valueOf(buffers),
                String.valueOf(lingerMillis),
                moment.text());
    }

    /**
     * {@return a setup from its {@link #text}}
     *
     * @param text one word
     */
    public static Setup parse(String text) {
        String[] words = text.split(",", -1);
        return new Setup(
                words[0],
                WriteMode.valueOf(words[1]),
                Durability.valueOf(words[2]),
                words[3],
                Integer.parseInt(words[4]),
                Integer.parseInt(words[5]),
                Integer.parseInt(words[6]),
                Integer.parseInt(words[7]),
                Moment.parse(words[8]));
    }
}

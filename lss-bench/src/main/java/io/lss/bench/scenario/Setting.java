package io.lss.bench.scenario;

import io.lss.api.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a scenario is run.
 *
 * @param name of the contender
 * @param provider of the store
 * @param directory of its own
 * @param mebibytes of payload in the store
 * @param time of a measurement
 * @param number what the scenario makes of it: records of a batch, records a second
 */
public record Setting(String name, String provider, Path directory, int mebibytes, Duration time, int number) {

    /** Payload of a record, in bytes. */
    static final int RECORD = 4096;

    StoreOptions options() {
        return StoreOptions.builder().provider(provider).build();
    }

    /** {@return how many records the store holds} */
    int records() {
        return (int) (((long) mebibytes << 20) / RECORD);
    }

    /** {@return as arguments that {@link #parse} reads} */
    public List<String> arguments() {
        return List.of(name, provider, directory.toString(), String.valueOf(mebibytes), String.valueOf(time.toMillis()), String.valueOf(number));
    }

    static Setting parse(List<String> arguments) {
        return new Setting(
                arguments.get(0),
                arguments.get(1),
                Path.of(arguments.get(2)),
                Integer.parseInt(arguments.get(3)),
                Duration.ofMillis(Long.parseLong(arguments.get(4))),
                Integer.parseInt(arguments.get(5)));
    }
}

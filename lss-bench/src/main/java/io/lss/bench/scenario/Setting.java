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
 * @param segmentMebibytes the length of a segment
 */
public record Setting(String name, String provider, Path directory, int mebibytes, Duration time, int number, int segmentMebibytes) {

    /** Payload of a record, in bytes. */
    static final int RECORD = 4096;

    private static final int DEFAULT_SEGMENT = (int) (StoreOptions.defaults().newSegmentSize() >> 20);

    /** One with segments of the default length. */
    public Setting(String name, String provider, Path directory, int mebibytes, Duration time, int number) {
        this(name, provider, directory, mebibytes, time, number, DEFAULT_SEGMENT);
    }

    StoreOptions options() {
        return StoreOptions.builder().provider(provider).segmentSize((long) segmentMebibytes << 20).build();
    }

    /** {@return how many records the store holds} */
    int records() {
        return (int) (((long) mebibytes << 20) / RECORD);
    }

    /** {@return as arguments that {@link #parse} reads} */
    public List<String> arguments() {
        return List.of(
                name,
                provider,
                directory.toString(),
                String.valueOf(mebibytes),
                String.valueOf(time.toMillis()),
                String.valueOf(number),
                String.valueOf(segmentMebibytes));
    }

    static Setting parse(List<String> arguments) {
        return new Setting(
                arguments.get(0),
                arguments.get(1),
                Path.of(arguments.get(2)),
                Integer.parseInt(arguments.get(3)),
                Duration.ofMillis(Long.parseLong(arguments.get(4))),
                Integer.parseInt(arguments.get(5)),
                Integer.parseInt(arguments.get(6)));
    }
}

package io.lss.faults.system;

import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a store is opened.
 *
 * @param provider its name, or {@link #ANY}
 * @param mode as the store takes it
 * @param segmentSize in bytes
 * @param bufferSize in bytes
 * @param buffers how many
 * @param properties of the provider
 */
record Opening(String provider, WriteMode mode, long segmentSize, int bufferSize, int buffers, Map<String, String> properties) {

    /** The store is to choose. */
    static final String ANY = "any";

    /** Small, so that a load of a second fills many segments. */
    static Opening of(String provider) {
        return new Opening(provider, WriteMode.TAIL_LOCALIZED, 128 << 10, 16 << 10, 4, Map.of());
    }

    Opening provider(String name) {
        return new Opening(name, mode, segmentSize, bufferSize, buffers, properties);
    }

    Opening mode(WriteMode other) {
        return new Opening(provider, other, segmentSize, bufferSize, buffers, properties);
    }

    Opening segments(long bytes) {
        return new Opening(provider, mode, bytes, bufferSize, buffers, properties);
    }

    Opening with(String key, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(key, value);
        return new Opening(provider, mode, segmentSize, bufferSize, buffers, more);
    }

    StoreOptions options() {
        StoreOptions.Builder options = StoreOptions.builder()
                .writeMode(mode)
                .segmentSize(segmentSize)
                .bufferSize(bufferSize)
                .buffers(buffers)
                .linger(Duration.ofMillis(2));
        if (!provider.equals(ANY)) {
            options.provider(provider);
        }
        properties.forEach(options::providerProperty);
        return options.build();
    }

    /** {@return one word, for {@link #parse}} */
    String text() {
        return provider + "," + mode + "," + segmentSize + "," + bufferSize + "," + buffers
                + properties.entrySet().stream()
                        .map(each -> "," + each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining());
    }

    static Opening parse(String text) {
        String[] words = text.split(",", -1);
        Opening opening = new Opening(
                words[0],
                WriteMode.valueOf(words[1]),
                Long.parseLong(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]),
                Map.of());
        for (int i = 5; i < words.length; i++) {
            int sign = words[i].indexOf('=');
            opening = opening.with(words[i].substring(0, sign), words[i].substring(sign + 1));
        }
        return opening;
    }
}

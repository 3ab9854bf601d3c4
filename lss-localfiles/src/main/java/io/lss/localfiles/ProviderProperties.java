package io.lss.localfiles;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A provider's settings as the user gave them: text by key. A wrong key or value names the right ones. */
public final class ProviderProperties {

    private final String provider;
    private final Map<String, String> values;

    /**
     * Checks the keys.
     *
     * @param provider the provider's name, for messages
     * @param values what the user gave
     * @param known the keys that there are
     * @throws IllegalArgumentException if there is another key
     */
    public ProviderProperties(String provider, Map<String, String> values, Set<String> known) {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("provider " + provider + " has no property '" + key + "'; it has "
                        + String.join(", ", new TreeSet<>(known)));
            }
        }
        this.provider = provider;
        this.values = values;
    }

    /**
     * {@return the value of a key, one of several words}
     *
     * @param key which
     * @param choices the words; the first is the default
     */
    public String choice(String key, List<String> choices) {
        String value = values.getOrDefault(key, choices.get(0));
        if (!choices.contains(value)) {
            throw wrong(key, value, "one of " + String.join(", ", choices));
        }
        return value;
    }

    /**
     * {@return the value of a key, a number}
     *
     * @param key which
     * @param byDefault the value if the user gave none
     * @param min the least
     * @param max the most
     */
    public int number(String key, int byDefault, int min, int max) {
        String value = values.get(key);
        if (value == null) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number out of range.
        }
        throw wrong(key, value, "a number from " + min + " to " + max);
    }

    private IllegalArgumentException wrong(String key, String value, String expected) {
        return new IllegalArgumentException(
                "property '" + key + "' of provider " + provider + " is '" + value + "' and not " + expected);
    }
}

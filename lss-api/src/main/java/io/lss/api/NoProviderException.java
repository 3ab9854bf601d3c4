package io.lss.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** No storage provider (or no engine) can serve the location, or the one that was asked for cannot. */
public final class NoProviderException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Provider name to reason. */
    private final LinkedHashMap<String, String> reasons;

    /**
     * Nothing serves the location.
     *
     * @param message what was looked for, and what to do
     * @param reasons for each provider that was found, why it was not taken
     */
    public NoProviderException(String message, Map<String, String> reasons) {
        this(message, "", reasons);
    }

    /**
     * Nothing serves the location, and the advice is had apart.
     *
     * @param problem what was looked for
     * @param advice what a program can do about it
     * @param reasons for each provider that was found, why it was not taken
     */
    public NoProviderException(String problem, String advice, Map<String, String> reasons) {
        super(
                reasons.isEmpty()
                        ? problem
                        : problem
                                + reasons.entrySet().stream()
                                        .map(e -> e.getKey() + ": " + e.getValue())
                                        .collect(Collectors.joining("; ", " [", "]")),
                advice,
                null);
        this.reasons = new LinkedHashMap<>(reasons);
    }

    /** {@return for each provider that was found, why it was not taken} */
    public Map<String, String> reasons() {
        return Map.copyOf(reasons);
    }
}

package io.lss.spi.flush;

/**
 * A provider's answer to the question whether it can serve a location.
 *
 * @param available whether it can
 * @param detail if available: what it would use, for a person to read; if not: the cause
 * @param remedy if not available: what the user can do, down to the flag or command to type; empty if available or if
 *     nothing helps
 */
public record Probe(boolean available, String detail, String remedy) {

    /**
     * {@return the answer that the provider can serve the location}
     *
     * @param detail what it would use, for a person to read
     */
    public static Probe available(String detail) {
        return new Probe(true, detail, "");
    }

    /**
     * {@return the answer that the provider cannot serve the location}
     *
     * @param cause why not
     * @param remedy what the user can do about it; may be empty
     */
    public static Probe unavailable(String cause, String remedy) {
        return new Probe(false, cause, remedy);
    }

    /** {@return cause and remedy in one line} */
    public String explanation() {
        return remedy.isEmpty() ? detail : detail + "; " + remedy;
    }
}

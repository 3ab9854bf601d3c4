package io.lss.core.format;

/** Why bytes are not the header of the flush unit that belongs where they are. */
public enum UnitFault {
    /** They are. */
    NONE("a valid unit header"),
    /** No magic: nothing was written here, or what was written did not arrive. */
    MAGIC("no unit header"),
    /** The checksum is not that of the bytes. */
    CHECKSUM("unit header checksum wrong"),
    /** Of another place, segment, store or time: tag or LSN. */
    MISPLACED("unit header of another place"),
    /** Of another session. */
    SESSION("unit header of another session"),
    /** Lengths that no unit has, or that reach beyond what it may. */
    LENGTH("unit length out of range"),
    /** It says that bytes at or behind its own place were stable when it was issued, or its unused bytes are not zero. */
    IMPOSSIBLE("unit header impossible");

    private final String text;

    UnitFault(String text) {
        this.text = text;
    }

    /** {@return the reason in words, for a message} */
    public String text() {
        return text;
    }
}

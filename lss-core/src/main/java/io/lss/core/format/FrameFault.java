package io.lss.core.format;

/** Why bytes are not the frame that belongs where they are. */
public enum FrameFault {
    /** They are. */
    NONE("a valid frame"),
    /** The tag is not that of this place: nothing was written here, or it is old, foreign or misplaced. */
    TAG("no frame of this place (tag)"),
    /** The length is impossible. */
    LENGTH("frame length out of range"),
    /** The kind is none, or the bytes that are always zero are not. */
    KIND("frame kind unknown"),
    /** The payload is encoded in a way this release does not know. */
    CODEC("frame codec unknown"),
    /** It goes on beyond the end of its unit. */
    CUT_SHORT("frame longer than its unit"),
    /** The checksum is not that of the bytes. */
    CHECKSUM("frame checksum wrong");

    private final String text;

    FrameFault(String text) {
        this.text = text;
    }

    /** {@return the reason in words, for a message} */
    public String text() {
        return text;
    }
}

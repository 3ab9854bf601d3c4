package io.lss.core.format;

/** What was found where a segment's header should be. */
public sealed interface SegmentHeaderImage {

    /**
     * A header, whole and without contradiction.
     *
     * @param header what it says
     */
    record Valid(SegmentHeader header) implements SegmentHeaderImage {}

    /**
     * No header.
     *
     * @param reason what is wrong, for a message
     */
    record Invalid(String reason) implements SegmentHeaderImage {}

    /**
     * A whole header of a format that this release does not know.
     *
     * @param version which
     */
    record UnknownVersion(int version) implements SegmentHeaderImage {}
}

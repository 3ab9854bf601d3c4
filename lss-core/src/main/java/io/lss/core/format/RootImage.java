package io.lss.core.format;

/** What was found in a root copy. */
public sealed interface RootImage {

    /** The copy was never written. */
    record Absent() implements RootImage {}

    /**
     * A root, whole and without contradiction.
     *
     * @param root what it says
     */
    record Valid(Root root) implements RootImage {}

    /**
     * No root.
     *
     * @param reason what is wrong, for a message
     */
    record Invalid(String reason) implements RootImage {}

    /**
     * A whole root of a format that this release does not know.
     *
     * @param version which
     */
    record UnknownVersion(int version) implements RootImage {}
}

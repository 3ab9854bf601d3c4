package io.lss.api;

/** What {@link LogStructuredStore#open} may find and do. */
public enum OpenMode {
    /** Open the store that is there; an empty location becomes a new one, created if only its last name is missing. The default. */
    OPEN_OR_CREATE,
    /** There must be a store. */
    OPEN_EXISTING,
    /** There must be none: the location is empty, or only its last name is missing. */
    CREATE_NEW
}

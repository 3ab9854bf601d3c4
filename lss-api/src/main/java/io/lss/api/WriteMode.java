package io.lss.api;

/** In which order flush buffers go to the device. Recovery is the same for both. */
public enum WriteMode {
    /**
     * Buffers are issued in LSN order, several at a time, and complete in any order, at most the ring's length from the
     * stable watermark. The fast one, and the default.
     */
    TAIL_LOCALIZED,

    /** A buffer is issued only when the one before it is stable. */
    SERIALIZED
}

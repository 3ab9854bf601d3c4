package io.lss.core.recovery;

import java.io.IOException;

/** A read came too late: its segment was trimmed, or the store closed. Never leaves this package. */
final class SegmentRemovedException extends IOException {

    private static final long serialVersionUID = 1L;

    SegmentRemovedException(long number) {
        super("segment " + number + " is no longer part of the log");
    }
}

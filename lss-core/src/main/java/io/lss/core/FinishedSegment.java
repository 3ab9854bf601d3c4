package io.lss.core;

/** A segment that is complete and synced, to be finished in maintenance. */
record FinishedSegment(LogSegment segment, long endLsn) {}

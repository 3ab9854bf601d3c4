package io.lss.tck.reference;

import io.lss.spi.flush.Segment;

/**
 * A segment of the log and its handle.
 *
 * @param number its number
 * @param base the LSN of its first byte
 * @param handle for reading, and for writing if it was created by this store
 * @param rolledFrom where the segment before it in the same session ended; 0 if it is the session's first
 */
record LogSegment(long number, long base, Segment handle, long rolledFrom) {}

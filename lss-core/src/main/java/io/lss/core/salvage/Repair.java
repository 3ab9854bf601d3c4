package io.lss.core.salvage;

/**
 * Damage that cost no record: it was made good in the new store.
 *
 * @param lsn where it is; -1 if it is in the root
 * @param segment in which it is; 0 if it is in the root
 * @param position in the segment
 * @param what was damaged, and what became of it
 */
public record Repair(long lsn, long segment, long position, String what) {}

/**
 * Looks at what a store's device holds, without recovering it and without writing: for {@code lss dump}, {@code lss doctor} and
 * {@code io.lss.core.salvage}.
 *
 * <p>Reading order: {@link io.lss.core.inspect.StoreInspection} takes the store's lock and reads roots and headers,
 * {@link io.lss.core.inspect.SegmentView} is one segment as it was found, {@link io.lss.core.inspect.SegmentWalk} goes through its units and
 * frames, {@link io.lss.core.inspect.FrameSearch} finds frames where the units around them are lost.
 *
 * <p><b>Invariants.</b> What is broken is told where it is, and the walk goes on behind it, at the next block that holds a unit. A read that
 * the medium refuses makes the blocks in question unreadable, not the whole walk ({@link io.lss.core.inspect.LenientReads}). No root
 * and no segment is written; opening the device takes the lock, and removes the leftovers of a dead owner as any opening does.
 */
package io.lss.core.inspect;

/**
 * Saves a damaged store into a new one. The old one is read, never written; {@code docs/SALVAGE.md} says the same for users.
 *
 * <p><b>Invariants.</b>
 * <ol>
 *   <li>Every record that is kept has the LSN and the payload that it had. Segments keep their numbers and salts, frames their positions; what
 *       lies between frames is filled with filler frames, which read as aborted.</li>
 *   <li>Below the recorded stable LSN R every frame is kept that is whole: its tag is that of its place and its checksum is good. R is the highest
 *       stable LSN that root, segment headers and units have on record, for each session by itself where the next one does not say where
 *       it ended.</li>
 *   <li>At and above R the log ends where recovery would end it: at the first place where no whole unit is. What is behind that was never
 *       acknowledged as far as anything tells, and is not kept.</li>
 *   <li>Every stretch of a segment, from the begin of the log to its end, is in the new store as it was, or is told as a {@link
 *       io.lss.core.salvage.Loss}, or held no frame: unit headers, padding, and segment headers, which are made anew and told as a {@link
 *       io.lss.core.salvage.Repair} where they were damaged.</li>
 *   <li>No LSN is used twice: the new store's next segment has a higher number than any that the old one is known to have had.</li>
 *   <li>The new store has a UUID of its own, so that no file of the old one is taken for one of its own. Its root is written last: until
 *       then it does not open.</li>
 * </ol>
 *
 * <p>Reading order: {@link io.lss.core.salvage.Salvage} is the course of it, {@code LogPlan} says which segments are of the log and how far each of them
 * goes, {@code RegionRescue} finds what is left of a damaged stretch, {@code UnitTiling} makes valid units around it, {@code SegmentOutput}
 * writes them.
 */
package io.lss.core.salvage;

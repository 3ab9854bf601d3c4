/**
 * What is on the device: where the log ends after a crash, and how stored records are read.
 *
 * <p>Reading order for newcomers:
 * <ol>
 *   <li>{@link io.lss.core.recovery.RecoveryTable}: every state a crash or damage can leave, letter by letter, and what it means;</li>
 *   <li>{@link io.lss.core.recovery.Recovery}: reads the device, asks the table, writes nothing;</li>
 *   <li>{@link io.lss.core.recovery.RecoveredLog}: what it found, for the engine to adopt;</li>
 *   <li>{@link io.lss.core.recovery.LogSegments}: the chain of live segments, and the read handles on them;</li>
 *   <li>{@link io.lss.core.recovery.StoredLogReader} and {@link io.lss.core.recovery.LogCursor}: records from the device.</li>
 * </ol>
 *
 * <p>Nothing here writes to the device.
 */
package io.lss.core.recovery;

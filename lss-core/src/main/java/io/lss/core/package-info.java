/**
 * The engine: the path of a record, file by file.
 *
 * <ol>
 *   <li><b>open</b>: {@link io.lss.core.CoreEngine}, {@code StoreOpening} (recovery itself is in
 *       {@code io.lss.core.recovery}), {@code ProviderSelection}</li>
 *   <li><b>reserve</b>: {@code CoreStore}, {@code FlushRing}, {@code FlushBuffer}, {@code BufferWords} (the state words)</li>
 *   <li><b>copy, publish, abort</b>: {@code CoreStore}, {@code Appender}, {@code PendingReservation}</li>
 *   <li><b>seal</b> and open the next: {@code FlushRing}, {@code SegmentSupply} (roll)</li>
 *   <li><b>flush, written, stable</b>: {@code Flusher} with {@code FlushUnit}, {@code SyncRounds} and {@code Watermarks}; {@code FlusherTurn} says on
 *       which thread; {@code Driver}, {@code CallerDrive}, {@code Maintenance} see to the rest</li>
 *   <li><b>wait</b>: {@code StabilityWait}, {@code StableWaiters}</li>
 *   <li><b>read, scan, tail</b>: {@code RingReader}, then {@code io.lss.core.recovery}</li>
 *   <li><b>trim, root, backup</b>: {@code CoreStore}, {@code RootKeeper}, {@code Backup}</li>
 * </ol>
 */
package io.lss.core;

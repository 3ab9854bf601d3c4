/**
 * The provider {@code uring}.
 *
 * <p>{@link io.lss.uring.UringDeviceProvider} is all that a user can name; its properties are described there.
 *
 * <pre>
 *   UringSegment.write, sync -> RequestQueue -> submit --------> the ring (batches), or pwritev2 (a durable write that is alone)
 *                               RequestQueue &lt;- drive  &lt;-------- completions; syncs by way of SegmentSyncs
 *   UringSegment.read        -> DirectReads    pread on the calling thread
 *   UringDevice.readAll      -> BatchReads     a ring of its own, so that a read never waits behind a write
 *   create, delete, roots    -> one thread that nobody interrupts, through the shared local files
 * </pre>
 *
 * <p><b>Threads.</b> A request dies with the thread that issued it, so the device is driven by a thread that stays ({@link
 * io.lss.spi.flush.Traits#anyThread()} is false). A virtual thread that reads hands over to a thread of the device: in a
 * system call it would keep its carrier.
 */
package io.lss.uring;

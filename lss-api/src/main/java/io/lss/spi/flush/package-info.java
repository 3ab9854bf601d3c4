/**
 * The flush SPI: what a storage backend implements so that the engine can keep a log on it.
 *
 * <p>A provider is a {@link io.lss.spi.flush.DeviceProvider} found by {@link java.util.ServiceLoader}. It opens a
 * {@link io.lss.spi.flush.Device}, which holds numbered, append-only {@link io.lss.spi.flush.Segment}s and two small
 * root copies. Nothing here knows what a record is: the engine hands over whole flush buffers.
 *
 * <p>The rules F1 to F14 of {@code docs/SPEC.md} bind every implementation; the Javadoc of each method names the ones
 * that concern it. The conformance kit {@code io.lss.tck} tests them.
 *
 * <h2>Which thread calls what</h2>
 * <ul>
 *   <li>{@link io.lss.spi.flush.Segment#write}, {@link io.lss.spi.flush.Segment#sync},
 *       {@link io.lss.spi.flush.Device#submit} and {@link io.lss.spi.flush.Device#drive}: one thread at a time.
 *       Unless {@link io.lss.spi.flush.Traits#anyThread()} says that any thread will do, that thread is owned by the
 *       store or stays in its call until all that it issued has completed.</li>
 *   <li>{@link io.lss.spi.flush.Segment#read}, {@link io.lss.spi.flush.Segment#startRead}, {@link io.lss.spi.flush.Device#readAll}
 *       and {@link io.lss.spi.flush.Device#allocate}: any number of threads, at the same time as everything else.</li>
 *   <li>{@link io.lss.spi.flush.Segment#finish} and {@link io.lss.spi.flush.Segment#close}: one thread for a handle, when nothing
 *       is in flight on it, at the same time as anything on others.</li>
 *   <li>Create, open, delete, list, read and write roots: one thread at a time, at the same time as all of the above.</li>
 *   <li>{@link io.lss.spi.flush.Device#close}: when no other call is under way.</li>
 *   <li>{@link io.lss.spi.flush.Device#wakeup}, {@link io.lss.spi.flush.Device#nanoTime} and
 *       {@link io.lss.spi.flush.Device#traits}: any thread, at any time, after close too.</li>
 * </ul>
 */
package io.lss.spi.flush;

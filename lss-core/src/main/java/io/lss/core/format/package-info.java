/**
 * The on-disk format as code: for each structure of {@code docs/FORMAT.md} a class with its drawing, its offsets, its reader and
 * its writer. Pure: nothing here does I/O or keeps state, but for {@link io.lss.core.format.Checksums}, which is one thread's
 * reusable CRC.
 *
 * <p>Everything is little-endian. An <i>offset</i> is a byte in memory, a <i>position</i> a byte in a segment.
 *
 * <p>The drawings are the contract and the constants follow them; the golden files in the tests hold both to it.
 */
package io.lss.core.format;

/**
 * Power cuts on real file systems. A load runs on a disk whose writes and flushes are recorded in order; the disk is then built
 * as it may have been at a point of the recording, with what no flush had covered kept, lost or torn at random, and the store is
 * recovered from it.
 */
@NullMarked
package io.lss.faults.block;

import org.jspecify.annotations.NullMarked;

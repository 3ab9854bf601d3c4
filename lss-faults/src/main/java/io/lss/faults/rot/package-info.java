/**
 * Corruption of the files of small stores: every byte that means something, blocks, whole files, both root copies. Whatever is
 * damaged, a store says so, and never makes up, drops or moves a record.
 */
@NullMarked
package io.lss.faults.rot;

import org.jspecify.annotations.NullMarked;

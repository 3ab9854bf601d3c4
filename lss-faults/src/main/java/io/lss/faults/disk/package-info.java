/**
 * Disks made of files: a storage daemon with a layer in between that records or spoils, loop devices on what it exports, file
 * systems mounted on them. Whatever is still there when this JVM ends by a signal, processes and files included, is undone by
 * {@link io.lss.faults.disk.Leftovers}.
 */
@NullMarked
package io.lss.faults.disk;

import org.jspecify.annotations.NullMarked;

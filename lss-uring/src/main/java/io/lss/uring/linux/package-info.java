/**
 * All that this module asks of Linux, and the only place with native calls: files, memory, and the rings of io_uring.
 *
 * <p>Every call returns what the kernel says: a count, or {@code -errno} ({@link io.lss.uring.linux.Errno}), also where the C library
 * says -1. Structures are {@link java.lang.foreign.MemoryLayout}s whose members are named as in C.
 *
 * <p>A ring is set up, entered and registered with by three calls. They go through {@code liburing.so.2} where that is installed,
 * and through {@code syscall(2)} where it is not ({@link io.lss.uring.linux.RingCalls}); everything else about a ring is memory shared with
 * the kernel, and is the same for both ({@link io.lss.uring.linux.Ring}).
 *
 * <p>Nothing here may be touched before it is known that native access is enabled and that this is Linux on 64 bits ({@link
 * io.lss.uring.linux.Platform} is the exception: it finds that out and is plain Java).
 */
package io.lss.uring.linux;

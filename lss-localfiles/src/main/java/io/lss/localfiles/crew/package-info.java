/**
 * Threads that a device owns and nobody interrupts, and how work is handed to them.
 *
 * <p>{@link io.lss.localfiles.crew.Crew} has the threads, {@link io.lss.localfiles.crew.Task} is what they do, {@link
 * io.lss.localfiles.crew.Call} is a task whose caller waits.
 *
 * <p>{@link java.lang.Thread#interrupt} on a thread inside a file channel closes the channel for everyone, and a virtual thread
 * inside a system call keeps its carrier. So a provider has such work done here.
 */
package io.lss.localfiles.crew;

/**
 * A store's directory on a local file system.
 *
 * <p>{@link io.lss.localfiles.StoreDirectory} is the way in: it checks the location, holds the lock, and creates, lists
 * and deletes files durably. The other public types are what a provider needs around it.
 *
 * <p><b>Threads.</b> Everything here uses file channels, and an interrupt closes the channel under an interrupted thread's
 * hands. So whatever does I/O is called on a thread that nobody interrupts, one at a time: a thread owned by the provider,
 * never a user's.
 */
package io.lss.localfiles;

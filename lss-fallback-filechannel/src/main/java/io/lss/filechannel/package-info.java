/**
 * The provider {@code filechannel}.
 *
 * <p>{@link io.lss.filechannel.FileChannelDeviceProvider} is all that a user can name; its properties are described there.
 *
 * <p><b>Threads.</b> {@link java.lang.Thread#interrupt} on a thread inside a file channel closes the channel for everyone.
 * So no thread of the user ever is inside one: a device owns a few threads that write, a few that read, and one that opens,
 * creates, deletes and writes roots. A caller hands over and, where the SPI says so, waits.
 */
package io.lss.filechannel;

/**
 * Contracts for devices on local files, beyond the rules that {@link io.lss.tck.ProviderContract} has for every device: names and reuse of
 * files, full disks, what a killed process leaves, and on which thread which system call is made.
 *
 * <p>Whoever writes another provider on local files that shares their format extends them in tests of their own, and says in {@link
 * io.lss.tck.device.LocalContract#provider()} which provider is meant. All others leave them alone.
 *
 * <p>The tests drive the device themselves, as an engine does; so they run on devices that complete by themselves and on
 * devices that must be driven. {@link io.lss.tck.device.Outcome} is how.
 */
package io.lss.tck.device;

/**
 * Contracts of the flush SPI that run against real devices: the beginning of the conformance kit for providers.
 *
 * <p>Whoever writes a provider on local files extends the contracts in a test of their own and says in {@link
 * io.lss.tck.device.LocalContract#provider()} which provider is meant. Each test that is about a rule of {@code docs/SPEC.md} is named after it.
 *
 * <p>The tests drive the device themselves, as an engine does; so they run on devices that complete by themselves and on
 * devices that must be driven.
 */
package io.lss.tck.device;

/**
 * The contracts: what a provider, an engine or a whole store has to prove, rule by rule of {@code docs/SPEC.md}.
 *
 * <ul>
 *   <li>{@link io.lss.tck.ProviderContract}: for whoever writes a provider.</li>
 *   <li>{@link io.lss.tck.StoreContract}: for whoever writes a store of quite another make.</li>
 *   <li>{@link io.lss.tck.EngineContract}: for whoever writes an engine on the flush SPI; on the simulated device.</li>
 * </ul>
 *
 * <p>Each needs one factory, for a {@link io.lss.tck.Site}: a fresh place for a store, and what can be done to it from outside. What a
 * site cannot do it does not declare ({@link io.lss.tck.Capability}), and the rules that need it are reported as skipped.
 */
package io.lss.tck;

/**
 * The store as its users see it: open a {@link io.lss.api.LogStructuredStore}, append records, wait until they are stable,
 * read and scan them, trim what is no longer needed.
 *
 * <h2>Words</h2>
 * <ul>
 *   <li><b>LSN</b>: log sequence number, the logical byte address of a record in the log. A later record has a higher one;
 *       gaps are normal.</li>
 *   <li><b>written</b>: bytes below the written watermark have reached the device.</li>
 *   <li><b>stable</b>: bytes below the stable watermark survive what the store's {@link io.lss.api.Durability} promises.</li>
 *   <li><b>flush buffer</b>: memory in which records gather before they are written together.</li>
 *   <li><b>segment</b>: one file (or what the provider has instead) of the log.</li>
 * </ul>
 *
 * <p>The numbered rules of this API (S1, S2, ...) are in {@code docs/SPEC.md}.
 */
package io.lss.api;

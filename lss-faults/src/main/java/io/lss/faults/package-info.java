/**
 * The crash and fault harness: the whole store, providers included, on real files, real kernels and simulated power cuts. Each
 * {@link io.lss.faults.Layer} brings about faults of one family and holds what it finds against the oracle of
 * {@link io.lss.faults.load.Oracle}; {@link io.lss.faults.Main} runs them and prints one table.
 */
@NullMarked
package io.lss.faults;

import org.jspecify.annotations.NullMarked;

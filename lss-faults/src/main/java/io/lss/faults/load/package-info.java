/**
 * What crash layers share: a {@link io.lss.faults.load.Load} that several threads put on a store in a process of its own, the
 * {@link io.lss.faults.load.Account} of what it did, which outlives the process, and the {@link io.lss.faults.load.Oracle} that
 * holds what is recovered against it.
 */
@NullMarked
package io.lss.faults.load;

import org.jspecify.annotations.NullMarked;

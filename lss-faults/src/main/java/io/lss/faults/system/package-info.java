/**
 * Faults of the system under a whole store: each {@link io.lss.faults.system.Scenario} brings one about, under load, in a
 * process of its own, and holds what the store says, does and keeps against what it promises.
 */
@NullMarked
package io.lss.faults.system;

import org.jspecify.annotations.NullMarked;

/** The engine on the kit's simulated device: what no real device does on demand, such as completions out of order. */
@NullMarked
package io.lss.faults.sim;

import org.jspecify.annotations.NullMarked;

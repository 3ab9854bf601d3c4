/** The harness's own test: engine and providers with one defect each, which the layer that should catch it must catch. */
@NullMarked
package io.lss.faults.mutants;

import org.jspecify.annotations.NullMarked;

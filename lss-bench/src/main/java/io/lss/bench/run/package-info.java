/** Contenders that take turns, figures, ratios, bars. */
@NullMarked
package io.lss.bench.run;

import org.jspecify.annotations.NullMarked;

/**
 * Measurements of a whole store on a real disk, side by side with what the disk can do.
 *
 * <p>Figures of one run are comparable with each other and with nothing else: a machine's speed drifts. So contenders take turns, and what is
 * reported is the ratio within a round.
 */
@NullMarked
package io.lss.bench;

import org.jspecify.annotations.NullMarked;

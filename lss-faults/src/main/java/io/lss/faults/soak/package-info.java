/**
 * One process that uses stores in every way for a long time, while their devices fail, fill up and slow down, and threads are
 * interrupted: nothing is lost, nobody waits for ever, memory and descriptors stay what they were.
 */
@NullMarked
package io.lss.faults.soak;

import org.jspecify.annotations.NullMarked;

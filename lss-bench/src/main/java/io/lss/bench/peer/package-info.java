/** Stores that people use, for the same work with the same durability. */
@NullMarked
package io.lss.bench.peer;

import org.jspecify.annotations.NullMarked;

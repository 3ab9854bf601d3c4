/** The in-memory path alone: appends into a store whose device forgets, beside a bare copy with its checksum. */
@NullMarked
package io.lss.bench.memory;

import org.jspecify.annotations.NullMarked;

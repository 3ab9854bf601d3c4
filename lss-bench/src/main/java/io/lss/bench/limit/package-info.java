/** What the disk and the machine can do: the C reference, fio, bare loops. */
@NullMarked
package io.lss.bench.limit;

import org.jspecify.annotations.NullMarked;

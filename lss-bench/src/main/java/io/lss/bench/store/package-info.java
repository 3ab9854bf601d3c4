/** Our store. */
@NullMarked
package io.lss.bench.store;

import org.jspecify.annotations.NullMarked;

/** What only our store is asked to do: reads, scans, reopening, following, everything at once. Each in a process of its own. */
@NullMarked
package io.lss.bench.scenario;

import org.jspecify.annotations.NullMarked;

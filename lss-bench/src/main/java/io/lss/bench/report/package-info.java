/** Results as JSON, and as a page for people. */
@NullMarked
package io.lss.bench.report;

import org.jspecify.annotations.NullMarked;

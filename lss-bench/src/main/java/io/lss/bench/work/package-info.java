/** What every log is asked to do, whoever made it; each in a process of its own. */
@NullMarked
package io.lss.bench.work;

import org.jspecify.annotations.NullMarked;

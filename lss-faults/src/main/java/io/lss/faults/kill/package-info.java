/** kill -9, at random moments and at chosen ones, again and again, of processes that share a few long-lived stores. */
@NullMarked
package io.lss.faults.kill;

import org.jspecify.annotations.NullMarked;

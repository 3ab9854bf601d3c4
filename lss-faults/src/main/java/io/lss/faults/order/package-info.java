/** The order of a process's system calls, seen by strace: what file systems on this machine do not punish, and others do. */
@NullMarked
package io.lss.faults.order;

import org.jspecify.annotations.NullMarked;

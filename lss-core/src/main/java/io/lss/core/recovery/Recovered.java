package io.lss.core.recovery;

import java.util.List;

/** What {@link Recovery} found on a device. Either way nothing was written. */
public sealed interface Recovered permits Recovered.Fresh, RecoveredLog {

    /** {@return which rows of the {@link RecoveryTable} were taken, in order} */
    List<RecoveryTable.Row> rows();

    /**
     * There is no store, and never was one whose creation ended: nothing was ever appended here.
     *
     * @param nextSegment the number of the first segment to create
     * @param leftovers empty segments of creations that crashed, ascending; to be deleted when the root is durable
     * @param rows as {@link Recovered#rows()}
     */
    record Fresh(long nextSegment, List<Long> leftovers, List<RecoveryTable.Row> rows) implements Recovered {}
}

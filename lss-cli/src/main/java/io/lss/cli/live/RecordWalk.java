package io.lss.cli.live;

import java.io.IOException;

/** A walk over the records of a log, in LSN order, that can begin anew anywhere. */
public interface RecordWalk {

    /**
     * Begins anew.
     *
     * @param lsn the first record at or after it is the next
     * @throws IOException if the medium fails
     */
    void beginAt(long lsn) throws IOException;

    /**
     * Moves to the next record.
     *
     * @return false if there is none now
     * @throws IOException if the medium fails, or what is stable cannot be read
     */
    boolean next() throws IOException;

    /** {@return the LSN of the current record} */
    long lsn();
}

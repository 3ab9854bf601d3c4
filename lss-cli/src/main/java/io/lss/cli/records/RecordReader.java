package io.lss.cli.records;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Takes records from a stream of bytes, one after the other. */
interface RecordReader {

    /**
     * Moves to the next record.
     *
     * @return false if there is none any more
     * @throws InputException if what is there is no record; the message says where
     * @throws IOException if the stream fails
     */
    boolean next() throws IOException;

    /** {@return the current record, at least one byte; valid until the next is moved to} */
    MemorySegment record();

    /** {@return how many bytes of the stream have been taken; safe to ask from any thread} */
    long position();

    /** {@return how many places so far held no byte that could be a record, and were passed over} */
    long empty();
}

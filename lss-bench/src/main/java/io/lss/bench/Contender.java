package io.lss.bench;

import java.io.IOException;

/** One of those that are compared. Used by one thread. */
interface Contender extends AutoCloseable {

    /** {@return how it is called in tables} */
    String name();

    /** {@return one measurement, in the unit of the comparison} */
    double measure() throws IOException, InterruptedException;

    /** Removes what it left on the disk. */
    @Override
    default void close() throws IOException {}
}

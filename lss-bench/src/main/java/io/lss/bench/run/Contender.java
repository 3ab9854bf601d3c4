package io.lss.bench.run;

import java.io.IOException;

/** One of those that are compared. Used by one thread. */
public interface Contender extends AutoCloseable {

    /** {@return how it is called in tables} */
    String name();

    /** {@return exactly what was run, for who wants to repeat it: a command line, or options} */
    String flags();

    /** {@return one measurement} */
    Figures measure() throws IOException, InterruptedException;

    /** Removes what it left on the disk. */
    @Override
    default void close() throws IOException {}
}

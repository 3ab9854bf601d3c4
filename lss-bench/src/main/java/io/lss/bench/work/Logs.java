package io.lss.bench.work;

import java.io.IOException;
import java.nio.file.Path;

/** Makes logs of one kind. */
@FunctionalInterface
public interface Logs {

    /**
     * {@return an open log, new}
     *
     * @param directory of its own; empty
     * @param work what it is going to be used for
     */
    Log open(Path directory, Work work) throws IOException, InterruptedException;
}

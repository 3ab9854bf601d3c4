package io.lss.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param directory whose files are the data; null: the JDK's
 * @param store where the store goes; null: a temporary directory
 * @param keep whether the store stays
 * @param bytes how much is loaded
 * @param threads how many threads load
 * @param seed makes the lengths of the records and the moment of the kill
 * @param commitTime how long each kind of commit is measured; zero: not at all
 * @param provider the storage provider asked for, if any
 */
record DemoSettings(
        @Nullable Path directory,
        @Nullable Path store,
        boolean keep,
        long bytes,
        int threads,
        long seed,
        Duration commitTime,
        Optional<String> provider) {}

package io.lss.cli.demo;

import io.lss.cli.demo.RecordCutter.Shape;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * All that determines what is appended: two who hold the same plan cut the same records.
 *
 * <p>Writers are numbered: the loaders from 0, who share the load; then those who only commit.
 *
 * @param corpus the files
 * @param run different in every run
 * @param seed makes the lengths of the records, and the moment of the kill
 * @param loaders how many threads load
 * @param bytes how much they load together, headers of the records included
 * @param store where
 * @param provider the storage provider asked for, if any
 */
record LoadPlan(Corpus corpus, long run, long seed, int loaders, long bytes, URI store, Optional<String> provider) {
    private static final String PLAN_FILE = "plan.properties";
    private static final String CORPUS_FILE = "corpus.txt";
    private static final int LOADER_WINDOW = 512 << 10;
    private static final int COMMITTER_WINDOW = 32 << 10;

    /** {@return a writer's records} */
    RecordCutter cutter(int writer) {
        if (isLoader(writer)) {
            return new RecordCutter(corpus, Shape.MIXED, seed, writer, corpus.bytes() / loaders * writer);
        }
        long start = Math.floorMod((writer - loaders) * 1_000_003L * RecordCutter.COMMIT_RECORD, corpus.bytes());
        return new RecordCutter(corpus, Shape.COMMIT, seed, writer, start);
    }

    /** {@return a reader for a writer's records} */
    SourceReader reader(int writer) {
        return new SourceReader(corpus, isLoader(writer) ? LOADER_WINDOW : COMMITTER_WINDOW);
    }

    boolean isLoader(int writer) {
        return writer < loaders;
    }

    /** {@return how many bytes each loader loads; it stops with the record that reaches it} */
    long share() {
        return Math.ceilDiv(bytes, loaders);
    }

    /** Leaves the plan for another process. */
    void save(Path directory) throws IOException {
        corpus.save(directory.resolve(CORPUS_FILE));
        Properties values = new Properties();
        values.setProperty("run", Long.toString(run));
        values.setProperty("seed", Long.toString(seed));
        values.setProperty("loaders", Integer.toString(loaders));
        values.setProperty("bytes", Long.toString(bytes));
        values.setProperty("store", store.toString());
        provider.ifPresent(name -> values.setProperty("provider", name));
        try (Writer out = Files.newBufferedWriter(directory.resolve(PLAN_FILE))) {
            values.store(out, null);
        }
    }

    /** {@return the plan that {@link #save} left} */
    static LoadPlan load(Path directory) throws IOException {
        Properties values = new Properties();
        try (Reader in = Files.newBufferedReader(directory.resolve(PLAN_FILE))) {
            values.load(in);
        }
        return new LoadPlan(
                Corpus.load(directory.resolve(CORPUS_FILE)),
                Long.parseLong(values.getProperty("run")),
                Long.parseLong(values.getProperty("seed")),
                Integer.parseInt(values.getProperty("loaders")),
                Long.parseLong(values.getProperty("bytes")),
                URI.create(values.getProperty("store")),
                Optional.ofNullable(values.getProperty("provider")));
    }
}

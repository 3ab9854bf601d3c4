package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The process that is to be killed: appends from several threads, and tells on the control page what the store has
 * acknowledged. It ends by itself only if its parent ends.
 *
 * <p>Each thread goes on in one of three ways for a while, then in another: it never waits and follows the watermark;
 * it appends batches and waits for the end of each; it waits for every record. So at any moment much is in flight,
 * and something has just been acknowledged: a store that acknowledges too early is found out wherever the kill comes.
 */
final class Loader {
    private static final int COMMIT_PERCENT = 10;
    private static final int BATCH_PERCENT = 45;
    private static final int MAX_COMMITS = 16;
    private static final int MAX_BATCHES = 8;
    private static final int MIN_BATCH = 16 << 10;
    private static final int MAX_BATCH = 256 << 10;
    private static final int MIN_STREAM = 256 << 10;
    private static final int MAX_STREAM = 2 << 20;
    private static final int RECORDS_PER_ABORT = 500;

    private final LoadPlan plan;
    private final LogStructuredStore store;
    private final ControlPage page;

    private Loader(LoadPlan plan, LogStructuredStore store, ControlPage page) {
        this.plan = plan;
        this.store = store;
        this.page = page;
    }

    /** Loads what the plan in a directory says. Returns when everything is loaded and stable. */
    static void run(Path directory) throws IOException {
        LoadPlan plan = LoadPlan.load(directory);
        ControlPage page = ControlPage.open(directory.resolve(Victim.PAGE_FILE), plan.loaders());
        LogStructuredStore store = Stores.open(plan, OpenMode.OPEN_EXISTING);
        try (store) {
            page.state(ControlPage.LOADING);
            Loader loader = new Loader(plan, store, page);
            Workers.run(Workers.platform("loader"), plan.loaders(), loader::load);
            page.state(ControlPage.LOADED);
        }
    }

    private void load(int writer) throws IOException {
        SplittableRandom random = new SplittableRandom(~plan.seed() * 31 + writer);
        try (RecordWriter records = new RecordWriter(store, plan, writer, 0)) {
            Acknowledgements told = new Acknowledgements(page, writer);
            while (!records.isDone()) {
                int kind = random.nextInt(100);
                if (kind < COMMIT_PERCENT) {
                    commit(records, told, 1 + random.nextInt(MAX_COMMITS));
                } else if (kind < COMMIT_PERCENT + BATCH_PERCENT) {
                    batches(records, told, random, 1 + random.nextInt(MAX_BATCHES));
                } else {
                    append(records, told, random, random.nextInt(MIN_STREAM, MAX_STREAM), true);
                }
            }
            awaitAll(told);
        }
    }

    private void commit(RecordWriter records, Acknowledgements told, int count) throws IOException {
        for (int i = 0; i < count && !records.isDone(); i++) {
            append(records, told);
            awaitAll(told);
        }
    }

    private void batches(RecordWriter records, Acknowledgements told, SplittableRandom random, int count)
            throws IOException {
        for (int i = 0; i < count && !records.isDone(); i++) {
            append(records, told, random, random.nextInt(MIN_BATCH, MAX_BATCH), false);
            awaitAll(told);
        }
    }

    private void append(
            RecordWriter records, Acknowledgements told, SplittableRandom random, int bytes, boolean followWatermark)
            throws IOException {
        long end = told.bytes() + bytes;
        while (told.bytes() < end && !records.isDone()) {
            if (random.nextInt(RECORDS_PER_ABORT) == 0) {
                records.abort();
            }
            append(records, told);
            if (followWatermark) {
                told.stableBelow(store.stableLsn());
            }
        }
    }

    private static void append(RecordWriter records, Acknowledgements told) throws IOException {
        int length = records.prepare();
        told.begin();
        told.published(records.append(), length);
    }

    private void awaitAll(Acknowledgements told) throws IOException {
        if (told.lastLsn() >= 0) {
            store.awaitStable(told.lastLsn());
            told.allStable();
        }
    }
}

package io.lss.tck.program;

import io.lss.api.Durability;
import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store, open or not, and the model of it: makes the calls, and checks every answer. Whatever the store must not do is a
 * {@link ViolationException}. Used by one thread at a time.
 */
public final class CheckedStore {

    /** How many of the latest records a wait chooses from. */
    private static final int LATEST = 4;

    private final SplittableRandom payloads;
    private final CheckedAppends appends;
    private LogModel model = LogModel.empty();
    private @Nullable LogStructuredStore store;
    private StoreOptions options = StoreOptions.defaults();
    private long stable;
    private long written;
    private long tail;

    /**
     * A store that is not open and was never there.
     *
     * @param payloads what payloads are drawn from
     * @param mayBeFull whether the store may say that there is no space
     */
    public CheckedStore(SplittableRandom payloads, boolean mayBeFull) {
        this.payloads = payloads;
        this.appends = new CheckedAppends(payloads, mayBeFull);
    }

    // -------------------------------------------------------------------------------------------- queries

    /** {@return what a caller knows} */
    public LogModel model() {
        return model;
    }

    /** {@return whether a store is open} */
    public boolean isOpen() {
        return store != null;
    }

    /** {@return the open store} */
    public LogStructuredStore store() {
        LogStructuredStore s = store;
        if (s == null) {
            throw new IllegalStateException("no store is open");
        }
        return s;
    }

    CheckedAppends appends() {
        return appends;
    }

    // -------------------------------------------------------------------------------------------- open and close

    /**
     * The store was opened: what it has must be what it may have.
     *
     * @param opened the store
     * @param with how it was opened
     * @param powerCut whether only what was synced has to be there
     */
    public void opened(LogStructuredStore opened, StoreOptions with, boolean powerCut) throws IOException {
        store = opened;
        options = with;
        StoreContent found = StoreContent.of(opened, model);
        Oracle.check(model, found, model.survivesBelow(powerCut));
        model = LogModel.after(model, found);
        if (options.durability() == Durability.SYNC) {
            model.acknowledgesWhenSynced();
        }
        if (!options.reservationTimeout().isZero()) {
            model.mayGiveUpReservations();
        }
        stable = 0;
        written = 0;
        tail = 0;
        checkWatermarks();
    }

    /** The store was closed before it was opened: it must say so. */
    public void checkOpenedAfterClose() {
        if (store().recovery().end() != EndOfLog.CLEAN) {
            throw new ViolationException("S19: after a close the store opens with " + store().recovery());
        }
    }

    /** Notes what anybody could know now. */
    public void acknowledge() {
        LogStructuredStore s = store;
        if (s != null) {
            model.acknowledge(s.stableLsn());
        }
    }

    /**
     * Closes the store, if it is open.
     *
     * @param failed whether it has failed, so that nobody takes in what becomes of open reservations
     */
    public void close(boolean failed) throws IOException {
        LogStructuredStore closing = store;
        if (closing == null) {
            return;
        }
        model.mayGiveUpReservations();
        try {
            closing.close();
            acknowledge();
            for (LogModel.Entry each : model.publishedFrom(model.acknowledged())) {
                throw new ViolationException("S19: after a close the record at LSN " + each.lsn() + " is not stable");
            }
            model.closed();
        } finally {
            acknowledge();
            store = null;
            appends.endAfterClose(model, failed);
        }
    }

    /** Leaves the store as it is, as a dead process does. {@return the store that was open} */
    public @Nullable LogStructuredStore abandon() {
        LogStructuredStore left = store;
        store = null;
        appends.open().clear();
        return left;
    }

    /**
     * A call has failed for good: from now on the store must fail everything but reads.
     *
     * @param failure what the call threw
     * @param onReadFailure told what reads throw
     */
    public void checkFailed(StoreFailedException failure, Consumer<IOException> onReadFailure) {
        LogStructuredStore failed = store;
        if (failed != null) {
            acknowledge();
            FailedStore.check(failed, model, failure, onReadFailure);
        }
    }

    // -------------------------------------------------------------------------------------------- calls

    /** Makes a call, and checks the answer. */
    public void run(StoreCall call) throws IOException {
        switch (call) {
            case StoreCall.Append(int length) -> appends.append(store(), model, appends.payload(store(), length));
            case StoreCall.Batch(List<Integer> lengths) -> appends.batch(store(), model, appends.fitting(store(), lengths));
            case StoreCall.Reserve(int length) -> appends.reserve(store(), model, List.of(appends.payload(store(), length)));
            case StoreCall.ReserveAll(List<Integer> lengths) -> appends.reserve(store(), model, appends.fitting(store(), lengths));
            case StoreCall.End(int choice, StoreCall.Ending how) -> appends.end(model, choice, how);
            case StoreCall.Flush() -> store().flush();
            case StoreCall.Poll(int times) -> {
                for (int i = 0; i < times; i++) {
                    store().poll();
                }
            }
            case StoreCall.Sync() -> sync();
            case StoreCall.Await(int choice) -> await(choice);
            case StoreCall.Read(int choice) -> read(choice);
            case StoreCall.ReadAll() -> CheckedReads.readAll(store(), model);
            case StoreCall.Scan() -> CheckedReads.scan(store(), model);
            case StoreCall.Trim(int choice) -> trim(choice);
            case StoreCall.SetRoot(int length) -> setRoot(length);
        }
    }

    /** {@return whether a wait could be one for ever, for this thread's own reservation} */
    boolean mayNotWait() {
        return !appends.open().isEmpty() && options.reservationTimeout().isZero();
    }

    private void sync() throws IOException {
        if (mayNotWait()) {
            store().poll();
            return;
        }
        store().sync();
        acknowledge();
        for (LogModel.Entry each : model.publishedFrom(model.acknowledged())) {
            throw new ViolationException("S5: after a sync the record at LSN " + each.lsn() + " is not stable");
        }
    }

    private void await(int choice) throws IOException {
        List<LogModel.Entry> published = model.publishedFrom(model.begin());
        if (mayNotWait() || published.isEmpty()) {
            store().poll();
            return;
        }
        LogModel.Entry chosen = published.get(published.size() - 1 - choice % Math.min(LATEST, published.size()));
        await(chosen.lsn(), Duration.ZERO);
        store().awaitStable(chosen.lsn());
        if (store().stableLsn() <= chosen.lsn()) {
            throw new ViolationException("S5: after a wait for it, LSN " + chosen.lsn() + " is not stable");
        }
    }

    /** The answer must be right at a moment of the call. */
    void await(long lsn, Duration time) throws IOException {
        boolean before = store().stableLsn() > lsn;
        boolean said = store().awaitStable(lsn, time);
        boolean after = store().stableLsn() > lsn;
        if (said ? !after : before) {
            throw new ViolationException("S5: a wait of " + time + " for LSN " + lsn + " says " + said + ", it was " + before + " and is " + after);
        }
    }

    private void read(int choice) throws IOException {
        List<LogModel.Entry> all = List.copyOf(model.entries().values());
        if (!all.isEmpty()) {
            CheckedReads.read(store(), model, all.get(choice % all.size()));
        }
    }

    private void trim(int choice) throws IOException {
        long stableNow = store().stableLsn();
        List<LogModel.Entry> candidates =
                model.entries().headMap(stableNow).values().stream().filter(each -> each.lsn() > model.begin()).toList();
        long lsn = candidates.isEmpty() || choice % StoreCall.STABLE_ITSELF == 0
                ? stableNow
                : candidates.get(choice % candidates.size()).lsn();
        model.beginAttempt(lsn);
        store().trimBefore(lsn);
        long begin = store().beginLsn();
        if (begin < lsn || !model.isBegin(begin)) {
            throw new ViolationException("S13: trimmed to LSN " + lsn + ", the log begins at LSN " + begin);
        }
        model.beginSet(begin);
    }

    private void setRoot(int length) throws IOException {
        byte[] next = new byte[length];
        payloads.nextBytes(next);
        model.rootAttempt(next);
        store().setRoot(next);
        model.rootSet(next);
        if (!Arrays.equals(store().root(), next)) {
            throw new ViolationException("S14: the root is not what was set");
        }
    }

    /** Watermarks only grow and keep their order; the begin is where it was trimmed to. */
    public void checkWatermarks() {
        LogStructuredStore s = store;
        if (s == null) {
            return;
        }
        long begin = s.beginLsn();
        if (!model.isBegin(begin)) {
            throw new ViolationException("S13: the log begins at LSN " + begin + "; known is: " + model);
        }
        long stableNow = s.stableLsn();
        long writtenNow = s.writtenLsn();
        long tailNow = s.tailLsn();
        if (begin > stableNow || stableNow > writtenNow || writtenNow > tailNow || stableNow < stable || writtenNow < written || tailNow < tail) {
            throw new ViolationException("S3: begin " + begin + ", stable " + stableNow + " (was " + stable + "), written " + writtenNow
                    + " (was " + written + "), tail " + tailNow + " (was " + tail + ")");
        }
        stable = stableNow;
        written = writtenNow;
        tail = tailNow;
    }
}

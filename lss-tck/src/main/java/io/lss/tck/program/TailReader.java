package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreClosedException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** A reader that follows the log on a thread of its own, and must see exactly the stable records, in order. */
final class TailReader {

    private final Object lock = new Object();
    private final List<StoreContent.Stored> seen = new ArrayList<>();
    private final RecordCursor cursor;
    private final Duration patience;
    private final HelperThread<String> thread;
    private boolean ended;

    /** From where on the model has not been compared; used by the program's thread only. */
    private long place;

    private TailReader(LogStructuredStore store, long from, boolean virtual, Duration patience) throws IOException {
        this.place = from;
        this.patience = patience;
        this.cursor = store.tail(from);
        this.thread = HelperThread.start("tail", virtual, () -> {
            try (cursor) {
                return follow(store);
            } finally {
                synchronized (lock) {
                    ended = true;
                    lock.notifyAll();
                }
            }
        });
    }

    /** {@return a reader that follows from an LSN on} */
    static TailReader start(LogStructuredStore store, long from, boolean virtual, Duration patience) throws IOException {
        return new TailReader(store, from, virtual, patience);
    }

    private String follow(LogStructuredStore store) throws IOException {
        try {
            while (cursor.next()) {
                long lsn = cursor.lsn();
                if (store.stableLsn() <= lsn) {
                    throw new ViolationException("S4: a tail shows the record at LSN " + lsn + ", which is not stable");
                }
                var record = new StoreContent.Stored(lsn, cursor.payload().toArray(ValueLayout.JAVA_BYTE));
                synchronized (lock) {
                    seen.add(record);
                    lock.notifyAll();
                }
            }
        } catch (StoreClosedException e) {
            return "closed";
        }
        throw new ViolationException("S2: a tail says that the log has ended, though the store is open");
    }

    /** {@return whether it still follows; what it has seen so far is as it should be} */
    boolean check(LogModel model) {
        List<StoreContent.Stored> more;
        boolean over;
        synchronized (lock) {
            more = List.copyOf(seen);
            seen.clear();
            over = ended;
        }
        NavigableMap<Long, LogModel.Entry> entries = model.entries();
        for (StoreContent.Stored each : more) {
            Map.Entry<Long, LogModel.Entry> next = entries.ceilingEntry(place);
            while (next != null && next.getValue().state() != LogModel.State.PUBLISHED) {
                next = entries.higherEntry(next.getKey());
            }
            if (next == null || next.getKey() != each.lsn()) {
                throw new ViolationException("S2: a tail finds a record at LSN " + each.lsn() + " where "
                        + (next == null ? "nothing is published" : "that at LSN " + next.getKey() + " is the next"));
            }
            if (!Arrays.equals(next.getValue().payload(), each.payload())) {
                throw new ViolationException("S9: a tail finds " + each.payload().length + " bytes at LSN " + each.lsn()
                        + " that differ from the " + next.getValue().payload().length + " published");
            }
            place = each.lsn() + 1;
        }
        if (over) {
            checkEnd(model, false);
        }
        return !over;
    }

    /** It ends only with the store, or when what it was to read next has been trimmed. */
    private void checkEnd(LogModel model, boolean crashed) {
        thread.join("S5: a tail does not end", patience);
        Throwable failure = thread.failure();
        if (failure instanceof ViolationException broken) {
            throw broken;
        }
        boolean trimmed = failure instanceof IllegalStateException && model.mayBeTrimmed(place);
        if (failure != null && !trimmed && !(crashed && failure instanceof IOException)) {
            throw new ViolationException("S2: a tail that has come to LSN " + place + " throws " + failure, failure);
        }
    }

    /** Waits until it has all that is published below an LSN. {@return whether it still follows} */
    boolean catchUp(LogModel model, long stableLsn) {
        List<LogModel.Entry> expected =
                model.publishedFrom(Math.max(place, model.begin())).stream().filter(each -> each.lsn() < stableLsn).toList();
        if (!expected.isEmpty()) {
            await(expected.getLast().lsn());
        }
        return check(model);
    }

    private void await(long lsn) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            while (!ended && (seen.isEmpty() || seen.getLast().lsn() < lsn)) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new ViolationException("S5: a tail does not come to the record at LSN " + lsn + ", which is stable");
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("the program was given up", e);
                }
            }
        }
    }

    /** The store was closed, or is dead: it must end, and what it saw must have been right. */
    void end(LogModel model, boolean crashed) {
        thread.join("S5: a tail does not end with the store", patience);
        checkEnd(model, crashed);
        synchronized (lock) {
            ended = false; // it was looked at
        }
        if (!check(model)) {
            throw new IllegalStateException("ended twice");
        }
    }
}

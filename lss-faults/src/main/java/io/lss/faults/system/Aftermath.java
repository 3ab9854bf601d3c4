package io.lss.faults.system;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.faults.load.Account;
import io.lss.faults.load.Load;
import io.lss.faults.load.Payloads;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletionException;

/**
 * What a failed store must go on doing: it stays failed, whatever is tried, with the first failure; no watermark moves; what
 * was acknowledged lies below the stable one; what is stable is read, byte for byte, or the read fails and says where; close
 * returns and tells the failure. (S3, S5, S6, S19.)
 */
final class Aftermath {

    private static final int TRIES = 40;
    private static final int MOST_SECONDS = 90;

    private final LogStructuredStore store;
    private final Account account;
    private final int run;
    private final Path directory;
    private final StoreFailedException first;
    private int found;
    private int failed;
    private String lastFailure = "none";

    Aftermath(LogStructuredStore store, Account account, int run, Path directory, StoreFailedException first) {
        this.store = store;
        this.account = account;
        this.run = run;
        this.directory = directory;
        this.first = first;
    }

    private static void violation(String what) {
        SubjectMain.say("violation", what);
    }

    void look() {
        if (first.location().isEmpty() || !Path.of(first.location().get()).equals(directory)) {
            violation("the failure does not say which store it is: location=" + first.location());
        }
        long stable = store.stableLsn();
        String said = String.valueOf(first.getMessage());
        boolean ofTheLog = said.startsWith("the write of the flush unit") || said.startsWith("a sync of what was written");
        // Where something else failed, what was in flight may have become stable meanwhile.
        if (first.stableLsn() > stable || (ofTheLog && first.stableLsn() != stable)) {
            violation("stable was " + first.stableLsn() + " at the failure and is " + stable);
        }
        checkAcknowledged(stable);
        tryEverything();
        checkReads();
        if (store.stableLsn() != stable) {
            violation("the stable watermark of a failed store moved from " + stable + " to " + store.stableLsn());
        }
        checkClose();
        SubjectMain.say("reads", "found=" + found + " failed=" + failed + " last=" + lastFailure);
    }

    private void checkAcknowledged(long stable) {
        for (int thread = 0; thread < Load.THREADS; thread++) {
            int number = SubjectMain.claimed(account, thread);
            if (number > 0 && account.lsn(thread, number) >= stable) {
                violation("acknowledged at LSN " + account.lsn(thread, number) + " and not below the stable watermark " + stable);
            }
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private void tryEverything() {
        byte[] record = new byte[100];
        long unstable = store.tailLsn() > store.stableLsn() ? lastUnstable() : -1;
        for (int i = 0; i < TRIES; i++) {
            mustFail("append", () -> store.append(record));
            mustFail("reserve", () -> store.reserve(8).close());
            mustFail("sync", store::sync);
            if (unstable >= 0) {
                mustFail("awaitStable", () -> store.awaitStable(unstable));
                mustFail("whenStable", () -> {
                    try {
                        store.whenStable(unstable).toCompletableFuture().join();
                    } catch (CompletionException e) {
                        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
                    }
                });
            }
        }
        mustFail("setRoot", () -> store.setRoot(new byte[8]));
    }

    /** {@return the LSN of a record that was published and not awaited, or -1} */
    private long lastUnstable() {
        for (int thread = 0; thread < Load.THREADS; thread++) {
            int begun = (int) account.get(io.lss.faults.load.Claims.begun(thread));
            for (int number = begun; number > Math.max(0, begun - 10); number--) {
                if (account.lsn(thread, number) >= store.stableLsn()) {
                    return account.lsn(thread, number);
                }
            }
        }
        return -1;
    }

    private boolean isTheFirst(StoreFailedException other) {
        return SubjectMain.chain(other).equals(SubjectMain.chain(first));
    }

    private void mustFail(String what, Attempt attempt) {
        try (Deadline _ = new Deadline(what + " on a failed store", MOST_SECONDS)) {
            attempt.run();
            violation(what + " succeeded on a failed store");
        } catch (StoreFailedException e) {
            if (!isTheFirst(e)) {
                violation(what + " failed by something else than the first failure: " + SubjectMain.chain(e));
            }
        } catch (IOException | RuntimeException e) {
            violation(what + " on a failed store did not say that it has failed: " + SubjectMain.chain(e));
        }
    }

    private void checkReads() {
        try (Deadline _ = new Deadline("reads of a failed store", MOST_SECONDS)) {
            MemorySegment memory = MemorySegment.ofArray(new byte[store.maxRecordLength()]);
            for (int thread = 0; thread < Load.THREADS; thread++) {
                int last = SubjectMain.claimed(account, thread);
                for (int number = Math.max(1, last - 300); number <= last; number++) {
                    read(thread, number, memory);
                }
            }
            try (RecordCursor cursor = store.scan(store.beginLsn())) {
                while (cursor.next()) {
                    found++;
                }
            } catch (IOException e) {
                noteFailure("scan", e);
            }
        }
    }

    private void read(int thread, int number, MemorySegment memory) {
        long lsn = account.lsn(thread, number);
        if (lsn < store.beginLsn()) {
            return;
        }
        try {
            ReadOutcome outcome = store.read(lsn, memory);
            byte[] expected = Payloads.of(run, thread, number);
            byte[] bytes = Arrays.copyOf((byte[]) memory.heapBase().orElseThrow(), outcome.length());
            if (outcome.status() != ReadOutcome.Status.RECORD || !Arrays.equals(expected, bytes)) {
                violation("not what was published at LSN " + lsn + ": " + outcome);
            }
            found++;
        } catch (IOException e) {
            noteFailure("read", e);
        }
    }

    private void noteFailure(String what, IOException e) {
        failed++;
        lastFailure = SubjectMain.chain(e);
        if (e instanceof StoreCorruptException || !lastFailure.contains(directory.toString())) {
            violation("a " + what + " that fails must name the place, and no corruption: " + lastFailure);
        }
    }

    private void checkClose() {
        try (Deadline _ = new Deadline("close of a failed store", MOST_SECONDS)) {
            store.close();
            violation("close of a failed store returned as if nothing had happened");
        } catch (StoreFailedException e) {
            if (!isTheFirst(e)) {
                violation("close told another failure than the first: " + SubjectMain.chain(e));
            }
        } catch (IOException | RuntimeException e) {
            violation("close of a failed store: " + SubjectMain.chain(e));
        }
        try (Deadline _ = new Deadline("a second close", MOST_SECONDS)) {
            store.close();
        } catch (IOException e) {
            if (!(e instanceof StoreFailedException)) {
                violation("a second close: " + SubjectMain.chain(e));
            }
        }
        try (Deadline _ = new Deadline("append on a closed store", MOST_SECONDS)) {
            store.append(new byte[1]);
            violation("append succeeded on a closed store");
        } catch (StoreFailedException | StoreClosedException e) {
            SubjectMain.say("closed", e.getClass().getSimpleName());
        } catch (IOException e) {
            violation("append on a closed store: " + (e instanceof StoreException) + SubjectMain.chain(e));
        }
    }
}

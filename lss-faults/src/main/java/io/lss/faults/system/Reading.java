package io.lss.faults.system;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.StoreCorruptException;
import io.lss.faults.load.Account;
import io.lss.faults.load.Load;
import io.lss.faults.load.Payloads;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** Reads acknowledged records, anywhere in the log, again and again. A read may fail and say why; it returns no wrong byte. */
final class Reading {

    private static final int REPORT_EVERY = 200;

    private final LogStructuredStore store;
    private final Account account;
    private final int run;

    Reading(LogStructuredStore store, Account account, int run) {
        this.store = store;
        this.account = account;
        this.run = run;
    }

    void goOn(BooleanSupplier over) {
        MemorySegment memory = MemorySegment.ofArray(new byte[store.maxRecordLength()]);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long found = 0;
        long failed = 0;
        String last = "none";
        for (long count = 1; !over.getAsBoolean(); count++) {
            int thread = random.nextInt(Load.THREADS);
            int most = SubjectMain.claimed(account, thread);
            if (most > 0) {
                try {
                    found += read(thread, 1 + random.nextInt(most), memory) ? 1 : 0;
                } catch (IOException e) {
                    failed++;
                    last = SubjectMain.chain(e);
                    if (e instanceof StoreCorruptException) {
                        SubjectMain.say("violation", "a read that failed was taken for corruption: " + last);
                    }
                }
            }
            if (count % REPORT_EVERY == 0) {
                SubjectMain.say("reading", "found=" + found + " failed=" + failed + " last=" + last);
            }
        }
    }

    private boolean read(int thread, int number, MemorySegment memory) throws IOException {
        ReadOutcome outcome = store.read(account.lsn(thread, number), memory);
        if (outcome.status() == ReadOutcome.Status.TRIMMED) {
            return false;
        }
        byte[] bytes = Arrays.copyOf((byte[]) memory.heapBase().orElseThrow(), outcome.length());
        if (!Arrays.equals(Payloads.of(run, thread, number), bytes)) {
            SubjectMain.say("violation", "not what was published: record " + number + " of thread " + thread + ": " + outcome);
        }
        return true;
    }
}

package io.lss.tck.program;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what a crash has left with what it may leave. */
public final class Oracle {

    private Oracle() {}

    /**
     * Throws if a store may not look like this.
     *
     * @param model what the caller knew at the moment of the crash
     * @param found what is there
     * @param survivesBelow below which LSN every published record has to be there
     */
    public static void check(LogModel model, StoreContent found, long survivesBelow) {
        if (!model.isBegin(found.beginLsn())) {
            throw new ViolationException("S13: the log begins at LSN " + found.beginLsn() + "; known is: " + model);
        }
        if (!model.isRoot(found.root())) {
            throw new ViolationException("S14: the root is " + found.root().length + " bytes nobody set, or set before the last one");
        }
        Set<Long> recovered = checkRecords(model, found);
        checkNoHole(model, found, recovered);
        checkAcknowledged(model, found, recovered, survivesBelow);
        checkBatches(model, found, recovered);
    }

    /** Recovered is a subset of published, byte for byte, in order. */
    private static Set<Long> checkRecords(LogModel model, StoreContent found) {
        Set<Long> recovered = new HashSet<>();
        Unknown unknown = new Unknown(model.attempts());
        long before = -1;
        for (StoreContent.Stored record : found.records()) {
            if (record.lsn() <= before || record.lsn() < found.beginLsn()) {
                throw new ViolationException("S2: a record at LSN " + record.lsn() + " follows one at LSN " + before
                        + "; the log begins at LSN " + found.beginLsn());
            }
            before = record.lsn();
            LogModel.Entry entry = model.entries().get(record.lsn());
            if (entry == null) {
                unknown.take(record);
                continue;
            }
            switch (entry.state()) {
                case PUBLISHED, PUBLISHING -> {
                    if (!Arrays.equals(entry.payload(), record.payload())) {
                        throw new ViolationException("S9: the record at LSN " + record.lsn() + " has " + record.payload().length
                                + " bytes that differ from the " + entry.payload().length + " published");
                    }
                }
                case OPEN, ABORTED -> throw new ViolationException(
                        "S8: a reservation that was never published is a record: LSN " + record.lsn() + ", " + entry.state());
            }
            recovered.add(record.lsn());
        }
        unknown.checkEnd();
        return recovered;
    }

    /** Nothing published is missing below something recovered. */
    private static void checkNoHole(LogModel model, StoreContent found, Set<Long> recovered) {
        if (found.records().isEmpty()) {
            return;
        }
        long last = found.records().getLast().lsn();
        for (LogModel.Entry entry : model.entries().subMap(found.beginLsn(), true, last, true).values()) {
            boolean missing = !recovered.contains(entry.lsn());
            if (missing && entry.state() == LogModel.State.PUBLISHED) {
                throw new ViolationException("S11: a hole: the record at LSN " + entry.lsn() + " is missing, one at LSN " + last + " is there");
            }
            if (missing && entry.state() == LogModel.State.OPEN && !model.mayGiveUp()) {
                throw new ViolationException("S8: the reservation at LSN " + entry.lsn() + " was open, a record at LSN " + last + " is there");
            }
        }
    }

    private static void checkAcknowledged(LogModel model, StoreContent found, Set<Long> recovered, long survivesBelow) {
        for (LogModel.Entry entry : model.publishedFrom(found.beginLsn())) {
            if (entry.lsn() < survivesBelow && !recovered.contains(entry.lsn())) {
                throw new ViolationException("S11: an acknowledged record is lost: LSN " + entry.lsn() + ", " + entry.payload().length
                        + " bytes; everything below LSN " + survivesBelow + " was acknowledged, found are " + found);
            }
        }
    }

    private static void checkBatches(LogModel model, StoreContent found, Set<Long> recovered) {
        Map<Long, Boolean> there = new HashMap<>();
        for (LogModel.Entry entry : model.entries().tailMap(found.beginLsn()).values()) {
            if (entry.batch() != 0) {
                Boolean others = there.putIfAbsent(entry.batch(), recovered.contains(entry.lsn()));
                if (others != null && others != recovered.contains(entry.lsn())) {
                    throw new ViolationException("S10: a batch is there in part: without, or only with, its record at LSN " + entry.lsn());
                }
            }
        }
    }

    /** Records at LSNs that nobody was told of: of appends that did not return. In order, each as a whole. */
    private static final class Unknown {
        private final List<LogModel.Attempt> attempts;
        private int nextAttempt;
        private int nextPayload;

        Unknown(List<LogModel.Attempt> attempts) {
            this.attempts = attempts;
        }

        void take(StoreContent.Stored record) {
            while (nextAttempt < attempts.size()) {
                List<byte[]> payloads = attempts.get(nextAttempt).payloads();
                if (Arrays.equals(payloads.get(nextPayload), record.payload())) {
                    nextPayload++;
                    if (nextPayload == payloads.size()) {
                        nextPayload = 0;
                        nextAttempt++;
                    }
                    return;
                }
                checkEnd();
                nextAttempt++;
            }
            throw new ViolationException("S11: a record nobody published: " + record.payload().length + " bytes at LSN " + record.lsn());
        }

        void checkEnd() {
            if (nextPayload != 0) {
                throw new ViolationException("S10: a batch of " + attempts.get(nextAttempt).payloads().size() + " records is there in part: "
                        + nextPayload);
            }
        }
    }
}

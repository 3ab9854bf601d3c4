package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.cli.demo.Sample.Found;
import io.lss.cli.demo.Verifier.Fault;
import io.lss.cli.demo.Verifier.Finding;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records by their LSN in random order, one at a time and in batches, and compares them with the files.
 *
 * @param single how long each single read took
 * @param batched how many records were read in batches
 * @param batchNanos how long that took
 * @param findings what was wrong
 */
record RandomReads(Latencies single, long batched, long batchNanos, List<Finding> findings) {
    static final int BATCH = 32;

    static RandomReads measure(LogStructuredStore store, LoadPlan plan, List<Found> records) throws IOException {
        List<Finding> findings = new ArrayList<>();
        Latencies single = new Latencies();
        long batchNanos = 0;
        List<MemorySegment> memory = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            memory.add(Arena.ofAuto().allocate(RecordCutter.MAX_RECORD));
        }
        try (SourceReader source = new SourceReader(plan.corpus(), RecordCutter.MAX_RECORD)) {
            for (Found record : records) {
                long start = System.nanoTime();
                ReadOutcome outcome = store.read(record.lsn(), memory.get(0));
                single.add(System.nanoTime() - start);
                judge(record, outcome, memory.get(0), source, findings);
            }
            for (int first = 0; first < records.size(); first += BATCH) {
                List<Found> batch = records.subList(first, Math.min(records.size(), first + BATCH));
                long[] lsns = batch.stream().mapToLong(Found::lsn).toArray();
                long start = System.nanoTime();
                List<ReadOutcome> outcomes = store.readAll(lsns, memory.subList(0, batch.size()));
                batchNanos += System.nanoTime() - start;
                for (int i = 0; i < batch.size(); i++) {
                    judge(batch.get(i), outcomes.get(i), memory.get(i), source, findings);
                }
            }
        }
        return new RandomReads(Latencies.together(List.of(single)), records.size(), batchNanos, List.copyOf(findings));
    }

    private static void judge(
            Found record, ReadOutcome outcome, MemorySegment memory, SourceReader source, List<Finding> findings)
            throws IOException {
        String problem = difference(record, outcome, memory, source);
        if (problem != null) {
            Cut cut = record.cut();
            findings.add(new Finding(
                    outcome.isRecord() ? Fault.ALTERED : Fault.MISSING,
                    "record " + cut.sequence() + " of writer " + cut.writer() + ", read at LSN " + record.lsn() + ", "
                            + problem));
        }
    }

    private static @Nullable String difference(
            Found record, ReadOutcome outcome, MemorySegment memory, SourceReader source) throws IOException {
        if (!outcome.isRecord()) {
            return "was found to be " + outcome.status();
        }
        source.load(record.cut());
        return RecordImage.difference(
                memory.asSlice(0, Math.min(memory.byteSize(), outcome.length())), record.lsn(), record.cut(), source);
    }
}

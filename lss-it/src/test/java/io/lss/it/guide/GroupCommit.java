package io.lss.it.guide;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many commits at a time. */
final class GroupCommit {

    private GroupCommit() {}

    /** Commits every transaction in a virtual thread of its own. {@return how many flushes it took} */
    static long commitAll(LogStructuredStore log, List<byte[]> transactions) throws InterruptedException, ExecutionException {
        long before = log.stats().flushes();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> commits = new ArrayList<>();
            for (byte[] transaction : transactions) {
                commits.add(threads.submit(() -> {
                    log.awaitStable(log.append(transaction)); // parks; who waits at the same time shares the next flush
                    return null;
                }));
            }
            for (Future<?> commit : commits) {
                commit.get(); // throws what the commit threw
            }
        }
        return log.stats().flushes() - before;
    }

    /** The same without a thread that waits. {@return a stage that completes when all are stable} */
    static CompletableFuture<Void> commitAsync(LogStructuredStore log, List<byte[]> transactions) throws IOException {
        List<CompletableFuture<Void>> commits = new ArrayList<>();
        for (byte[] transaction : transactions) {
            commits.add(log.whenStable(log.append(transaction)).toCompletableFuture());
        }
        return CompletableFuture.allOf(commits.toArray(CompletableFuture[]::new));
    }

    /** All of them or, after a crash, none. They fit one flush buffer together. */
    static void commitTogether(LogStructuredStore log, List<byte[]> changes) throws IOException {
        long[] lsns = log.appendBatch(changes.stream().map(java.lang.foreign.MemorySegment::ofArray).toList());
        log.awaitStable(lsns[lsns.length - 1]);
    }
}

package io.lss.bench.work;

import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.run.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A log that does a piece of work. A new one each time; in steady state one for all measurements. What the first measurement has
 * appended is read back, and in steady state what the last has left.
 */
public final class LogContender implements Contender {

    /** In so many measurements the process still grows: it compiles its code. */
    private static final int SETTLING = 5;

    private final String name;
    private final Logs logs;
    private final Work work;
    private final Path directory;
    private boolean checked;
    private @Nullable Log kept;
    private long[] appended;
    private double settledResident;
    private int measured;

    /**
     * A contender.
     *
     * @param directory where the log is made; removed with it
     */
    public LogContender(String name, Logs logs, Work work, Path directory) {
        this.name = name;
        this.logs = logs;
        this.work = work;
        this.directory = directory;
        this.appended = new long[work.threads()];
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String flags() {
        return work.line();
    }

    @Override
    public Figures measure() throws IOException, InterruptedException {
        if (work.steady()) {
            Log log = kept;
            if (log == null) {
                log = open();
                kept = log;
            }
            return withGrowth(measure(log));
        }
        appended = new long[work.threads()];
        try (Log log = open()) {
            Figures figures = measure(log);
            if (!checked) {
                check(log);
                checked = true;
            }
            return figures;
        } finally {
            Places.remove(directory);
        }
    }

    private Figures withGrowth(Figures figures) {
        Double now = figures.values().get(Metric.RESIDENT_MIB);
        if (now == null) {
            return figures;
        }
        if (measured++ < SETTLING) {
            settledResident = Math.max(settledResident, now);
        }
        return figures.with(Metric.GROWTH, now / settledResident);
    }

    private Log open() throws IOException, InterruptedException {
        Places.remove(directory);
        Files.createDirectories(directory);
        return logs.open(directory, work);
    }

    private Figures measure(Log log) throws IOException, InterruptedException {
        return work.kind() == Work.Kind.BULK ? BulkRun.measure(log, work, appended) : CommitRun.measure(log, work, appended);
    }

    private void check(Log log) throws IOException, InterruptedException {
        Records records = new Records(work.recordBytes(), work.threads());
        log.readBack(records);
        long count = records.checkEnd(log.isTrimmed(), appended);
        long all = java.util.Arrays.stream(appended).sum();
        if (!log.isTrimmed() && count != all) {
            throw new IllegalStateException("data lost: of " + all + " records " + count + " came back from " + name);
        }
    }

    @Override
    public void close() throws IOException {
        Log log = kept;
        kept = null;
        try (log) {
            if (log != null) {
                check(log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Places.remove(directory);
        }
    }
}

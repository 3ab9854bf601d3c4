package io.lss.bench.work;

import com.sun.management.ThreadMXBean;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What work costs besides time: heap allocations of all platform threads, bytes written, memory of the process. Bytes are told by the log, and
 * by the kernel, which counts direct writes when they are made, and others when a page becomes dirty.
 */
final class Footprint {

    private static final int BYTES_A_RECORD = 24;
    private static final int BYTES_A_FLUSH = 4096;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path IO = Path.of("/proc/self/io");

    private final Log log;
    private final long allocated;
    private final long written;
    private final Log.@Nullable Traffic traffic;

    private Footprint(Log log) throws IOException {
        this.log = log;
        this.written = Files.isReadable(IO) ? number(IO, "write_bytes:") : 0;
        this.allocated = allocated();
        this.traffic = log.traffic();
    }

    static Footprint before(Log log) throws IOException {
        return new Footprint(log);
    }

    private static long allocated() {
        return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getTotalThreadAllocatedBytes();
    }

    /** {@return the figures and what was used since, for so many records with so much payload} */
    Figures after(Figures figures, long records, long payload) throws IOException {
        Figures all = figures.with(Metric.ALLOCATED, (double) (allocated() - allocated) / records);
        if (Files.isReadable(IO)) {
            all = all.with(Metric.KERNEL_WRITTEN, (double) (number(IO, "write_bytes:") - written) / payload);
        }
        Log.Traffic now = log.traffic();
        if (traffic != null && now != null) {
            Log.Traffic since = now.since(traffic);
            double beyond = since.bytes() - since.payload();
            all = all.with(Metric.AMPLIFICATION, (double) since.bytes() / since.payload())
                    .with(Metric.OVERHEAD, beyond / ((double) BYTES_A_RECORD * since.records() + (double) BYTES_A_FLUSH * since.flushes()));
        }
        return Files.isReadable(STATUS) ? all.with(Metric.RESIDENT_MIB, number(STATUS, "VmRSS:") / 1024.0) : all;
    }

    private static long number(Path file, String line) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> Long.parseLong(each.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no line " + line));
    }
}

package io.lss.bench.work;

import com.sun.management.ThreadMXBean;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What work costs besides time: heap allocations of all platform threads, bytes written, memory of the process. */
final class Footprint {

    private static final int BYTES_A_RECORD = 24;
    private static final int BYTES_A_FLUSH = 4096;
    private static final Path STATUS = Path.of("/proc/self/status");

    private final Log log;
    private final long allocated;
    private final Log.@Nullable Traffic traffic;

    private Footprint(Log log) {
        this.log = log;
        this.allocated = allocated();
        this.traffic = log.traffic();
    }

    static Footprint before(Log log) {
        return new Footprint(log);
    }

    private static long allocated() {
        return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getTotalThreadAllocatedBytes();
    }

    /** {@return the figures and what was used since} */
    Figures after(Figures figures, long records) throws IOException {
        Figures all = figures.with(Metric.ALLOCATED, (double) (allocated() - allocated) / records);
        Log.Traffic now = log.traffic();
        if (traffic != null && now != null) {
            Log.Traffic since = now.since(traffic);
            double beyond = since.bytes() - since.payload();
            all = all.with(Metric.AMPLIFICATION, (double) since.bytes() / since.payload())
                    .with(Metric.OVERHEAD, beyond / ((double) BYTES_A_RECORD * since.records() + (double) BYTES_A_FLUSH * since.flushes()));
        }
        return Files.isReadable(STATUS) ? all.with(Metric.RESIDENT_MIB, resident()) : all;
    }

    private static double resident() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }
}

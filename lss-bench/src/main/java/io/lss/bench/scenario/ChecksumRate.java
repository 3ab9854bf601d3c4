package io.lss.bench.scenario;

import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C over memory, record by record: a scan cannot be faster. */
final class ChecksumRate implements Contender {

    private static final int MEMORY = 64 << 20;

    private final Setting setting;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(MEMORY);

    /** So that the work is not for nothing. */
    private long sum;

    ChecksumRate(Setting setting) {
        this.setting = setting;
    }

    @Override
    public String name() {
        return setting.name();
    }

    @Override
    public String flags() {
        return "64 MiB of memory in parts of " + Setting.RECORD + " bytes, sum " + sum;
    }

    @Override
    public Figures measure() {
        CRC32C crc = new CRC32C();
        long begin = System.nanoTime();
        long bytes = 0;
        while (System.nanoTime() - begin < setting.time().toNanos()) {
            for (int at = 0; at < MEMORY; at += Setting.RECORD) {
                crc.reset();
                crc.update(memory.limit(at + Setting.RECORD).position(at));
                sum += crc.getValue();
            }
            bytes += MEMORY;
        }
        return Figures.of(Metric.MIB_PER_SECOND, bytes / (double) (1 << 20) * 1e9 / (System.nanoTime() - begin));
    }
}

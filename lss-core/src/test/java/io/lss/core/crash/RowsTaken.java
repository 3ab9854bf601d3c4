package io.lss.core.crash;

import io.lss.api.Durability;
import io.lss.api.StoreException;
import io.lss.core.recovery.Recovered;
import io.lss.core.recovery.RecoveredLog;
import io.lss.core.recovery.Recovery;
import io.lss.core.recovery.RecoveryTable;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.tck.sim.SimulatedMedium;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Recovers from disk images, reading only, and counts the rows of the recovery table that are taken. Safe for many threads. */
final class RowsTaken implements Consumer<SimulatedMedium> {

    private static final DeviceOptions OPTIONS = new DeviceOptions(true, false, Durability.SYNC, 16 << 10, 4, Map.of());

    private final ConcurrentMap<RecoveryTable.Row, LongAdder> counts = new ConcurrentHashMap<>();

    @Override
    public void accept(SimulatedMedium image) {
        try (Device device = image.open(OPTIONS)) {
            Recovered found = Recovery.recover(device, this::count);
            if (found instanceof RecoveredLog log) {
                log.segments().close();
            }
        } catch (StoreException e) {
            // The row that says so was counted; whether it may be so is for others to judge.
            return;
        } catch (IOException e) {
            throw new AssertionError("reading a simulated disk without faults failed", e);
        }
    }

    private void count(RecoveryTable.Row row) {
        counts.computeIfAbsent(row, each -> new LongAdder()).increment();
    }

    /** {@return the rows that were taken at least once} */
    Set<RecoveryTable.Row> rows() {
        return Set.copyOf(counts.keySet());
    }

    /** {@return how often each row was taken, table by table} */
    String summary(List<RecoveryTable.Row> all) {
        Map<RecoveryTable.Table, String> lines = new EnumMap<>(RecoveryTable.Table.class);
        for (RecoveryTable.Table table : RecoveryTable.Table.values()) {
            lines.put(table, all.stream().filter(row -> row.table() == table).map(this::text).collect(Collectors.joining(", ")));
        }
        return lines.entrySet().stream().map(e -> "  " + e.getKey() + ": " + e.getValue()).collect(Collectors.joining(System.lineSeparator()));
    }

    private String text(RecoveryTable.Row row) {
        LongAdder count = counts.get(row);
        return row + " " + (count == null ? 0 : count.sum());
    }
}

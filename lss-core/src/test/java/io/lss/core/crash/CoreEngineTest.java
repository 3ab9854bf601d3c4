package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreCorruptException;
import io.lss.core.CoreEngine;
import io.lss.core.recovery.RecoveryTable.Decision;
import io.lss.core.recovery.RecoveryTable.Row;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.EngineContract;
import io.lss.tck.crash.Program;
import io.lss.tck.sim.SimulatedMedium;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;

/**
 * The engine keeps every rule of the store, and its side of the flush SPI; and the crashes of its contract lead to every row of the recovery
 * table that a crash can lead to.
 */
class CoreEngineTest extends EngineContract {

    /** As many disks as a whole run has at least; a run of some tests only covers what it covers. */
    private static final long WHOLE_RUN = 50_000;

    /** Asked by no state: the table says why. */
    private static final Set<Row> NEVER_ASKED = EnumSet.of(Row.START_CLOSED_READABLE);

    private static final RowsTaken ROWS = new RowsTaken();
    private static final AtomicLong IMAGES = new AtomicLong();

    @Override
    protected StoreEngine engine() {
        return new CoreEngine();
    }

    @Override
    protected void recovering(SimulatedMedium image) {
        IMAGES.incrementAndGet();
        ROWS.accept(image);
    }

    /** Where the log breaks off: in the damaged segment, or before it where the damaged header says how the log gets there. */
    @Override
    protected void reported(Program program, List<Long> segments, String damage, StoreCorruptException report) {
        long number = report.lsn() / program.options().newSegmentSize();
        assertTrue(segments.isEmpty() || number <= Collections.max(segments), () -> damage + " is reported elsewhere: " + report);
    }

    @AfterAll
    static void everyRowOfTheRecoveryTableIsTaken() throws IOException {
        Set<Row> byCrash = EnumSet.noneOf(Row.class);
        byCrash.addAll(ROWS.rows());
        for (DamageScenarios.Scenario each : DamageScenarios.all()) {
            ROWS.accept(Forgery.copy(each.medium()));
        }
        Set<Row> missing = EnumSet.allOf(Row.class);
        missing.removeAll(ROWS.rows());
        missing.removeAll(NEVER_ASKED);
        System.out.println("RECOVERY TABLE: " + ROWS.rows().size() + " of " + (Row.values().length - NEVER_ASKED.size())
                + " rows taken, " + byCrash.size() + " of them after crashes and failures, the others after damage");
        System.out.println(ROWS.summary(List.of(Row.values())));

        Set<Row> refusing = EnumSet.noneOf(Row.class);
        byCrash.stream().filter(row -> row.decision() == Decision.CORRUPT || row.decision() == Decision.OTHER_VERSION).forEach(refusing::add);
        assertEquals(Set.of(), refusing, "rows that refuse, taken after a mere crash");
        if (IMAGES.get() >= WHOLE_RUN) {
            assertEquals(Set.of(), missing, "rows that were never taken");
        }
    }
}

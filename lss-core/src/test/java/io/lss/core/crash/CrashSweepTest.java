package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.core.CoreEngine;
import io.lss.core.recovery.RecoveryTable.Decision;
import io.lss.core.recovery.RecoveryTable.Row;
import io.lss.tck.crash.CrashSweep;
import io.lss.tck.crash.Program;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The main crash test of the engine: at every operation of the device, in generated programs and in the recoveries from their crashes.
 *
 * <p>System properties: {@code lss.crash.images=N} goes on until N different disk images were recovered from;
 * {@code lss.crash.seed=S} runs one program; {@code lss.crash.from=S} begins with another program.
 */
class CrashSweepTest {

    private static final long IMAGES = Long.getLong("lss.crash.images", 25_000);

    private static final long LEAST_IMAGES = 20_000;

    /** Asked by no state: the table says why. */
    private static final Set<Row> NEVER_ASKED = EnumSet.of(Row.START_CLOSED_READABLE);

    @Test
    void s11_crashesAtEveryOperationLeaveAWholePrefixAndEveryRowOfTheRecoveryTableIsTaken() throws IOException {
        long began = System.nanoTime();
        var rows = new RowsTaken();
        CrashSweep sweep = CrashSweep.of(new CoreEngine(), CrashSweep.Intensity.USUAL, rows);
        Sweeps.untilEnough(
                () -> sweep.report().distinctImages() >= IMAGES, 10 + IMAGES / 10_000, seed -> sweep.run(Program.random(seed)));

        Set<Row> byCrash = EnumSet.noneOf(Row.class);
        byCrash.addAll(rows.rows());
        for (DamageScenarios.Scenario each : DamageScenarios.all()) {
            rows.accept(Forgery.copy(each.medium()));
        }
        Set<Row> missing = EnumSet.allOf(Row.class);
        missing.removeAll(rows.rows());
        missing.removeAll(NEVER_ASKED);
        System.out.println("CRASH SWEEP: " + sweep.report() + ", no violation; " + rows.rows().size() + " of "
                + (Row.values().length - NEVER_ASKED.size()) + " rows of the recovery table taken, " + byCrash.size()
                + " of them after crashes, the others after damage; " + (System.nanoTime() - began) / 1_000_000_000 + " s");
        System.out.println(rows.summary(List.of(Row.values())));

        Set<Row> refusing = EnumSet.copyOf(byCrash);
        refusing.removeIf(row -> row.decision() != Decision.CORRUPT && row.decision() != Decision.OTHER_VERSION);
        assertEquals(Set.of(), refusing, "rows that refuse, taken after a mere crash");
        if (Long.getLong("lss.crash.seed") == null) {
            assertEquals(Set.of(), missing, "rows that were never taken");
            assertTrue(sweep.report().distinctImages() >= Math.min(IMAGES, LEAST_IMAGES), () -> sweep.report().toString());
        }
    }
}

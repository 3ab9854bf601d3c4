package io.lss.tck;

import io.lss.api.StoreCorruptException;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.crash.CrashSweep;
import io.lss.tck.crash.FaultSweep;
import io.lss.tck.crash.Program;
import io.lss.tck.crash.RotSweep;
import io.lss.tck.sim.SimulatedMedium;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * S6, S7, S11, S12 on the simulated device: everything that can go wrong, at every operation. System properties: {@code lss.tck.images=N} goes on
 * until N different disk images were recovered from; {@code lss.tck.programs=N} sets how many programs meet failures and damage.
 */
abstract class SweepRules extends StoreContract {

    private static final long IMAGES = Long.getLong("lss.tck.images", 50_000);
    private static final long PROGRAMS = Long.getLong("lss.tck.programs", 30);

    /** Few disks for each of many failures. */
    private static final CrashSweep.Intensity FEW_DISKS =
            new CrashSweep.Intensity(1, 1_000, 4, Duration.ofSeconds(30), Duration.ofSeconds(20));

    abstract StoreEngine engineUnderTest();

    abstract void recoveredFrom(SimulatedMedium image);

    abstract void damageReported(Program program, List<Long> segments, String damage, StoreCorruptException report);

    @Test
    @TakesLong
    void s11_crashesAtEveryOperationAndInsideRecoveryLeaveAWholePrefix() throws Exception {
        CrashSweep sweep = CrashSweep.of(engineUnderTest(), CrashSweep.Intensity.USUAL, this::recoveredFrom);
        drawnFrom(Seeds.first());
        try {
            Seeds.untilEnough(() -> sweep.report().distinctImages() >= IMAGES, seed -> sweep.run(Program.random(seed)));
        } finally {
            tried(sweep.report().distinctImages());
            System.out.println("CRASHES: " + sweep.report());
        }
    }

    @Test
    @TakesLong
    void s6_aFailureOfAnyOperationIsFinalAndLosesNothingAcknowledged() throws Exception {
        long failures = 0;
        for (FaultSweep.Kind kind : FaultSweep.Kind.values()) {
            failures += kind == FaultSweep.Kind.NO_SEGMENT ? 0 : failures(kind);
        }
        Broken.unless(failures > 0 || Long.getLong("lss.tck.seed") != null, Rule.S6, "no failure of the device made any call fail");
        tried(failures);
    }

    @Test
    @TakesLong
    void s7_wantOfSpaceForAnySegmentRefusesAndFailsNothing() throws Exception {
        long failures = failures(FaultSweep.Kind.NO_SEGMENT);
        Broken.unless(failures == 0, Rule.S7, "%d calls failed for want of a segment, and were not just refused", failures);
        tried(PROGRAMS);
    }

    private long failures(FaultSweep.Kind kind) throws Exception {
        FaultSweep sweep = FaultSweep.of(engineUnderTest(), FEW_DISKS, this::recoveredFrom);
        drawnFrom(Seeds.first());
        AtomicLong left = new AtomicLong(PROGRAMS);
        Seeds.untilEnough(() -> left.getAndDecrement() <= 0, seed -> sweep.run(Program.calm(seed), kind));
        System.out.println("FAILURES, " + kind + ": " + sweep.summary());
        return sweep.failures();
    }

    @Test
    @TakesLong
    void s12_damageOfAnyBlockIsNeverSilentBelowWhatIsOnRecord() throws Exception {
        for (boolean closed : new boolean[] {true, false}) {
            RotSweep sweep = RotSweep.of(engineUnderTest(), CrashSweep.Intensity.USUAL, this::damageReported);
            drawnFrom(Seeds.first());
            AtomicLong left = new AtomicLong(PROGRAMS);
            Seeds.untilEnough(() -> left.getAndDecrement() <= 0, seed -> sweep.run(Program.calm(seed), closed));
            System.out.println("DAMAGE, " + (closed ? "closed" : "killed") + " stores: " + sweep.summary());
        }
        tried(2 * PROGRAMS);
    }
}

package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.core.CoreEngine;
import io.lss.tck.crash.CrashSweep;
import io.lss.tck.crash.Program;
import io.lss.tck.crash.RotSweep;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashRotTest {

    private static final long PROGRAMS = Long.getLong("lss.crash.programs", 30);

    @ParameterizedTest(name = "closed: {0}")
    @ValueSource(booleans = {true, false})
    void damageBelowTheRecordIsReportedWithItsPlaceAndNothingIsLostInSilence(boolean closed) {
        RotSweep sweep = RotSweep.of(new CoreEngine(), CrashSweep.Intensity.USUAL, (program, segments, damage, report) -> {
            // Where the log breaks off: in the damaged segment, or before it where the damaged header says how the log gets there.
            long number = report.lsn() / program.options().newSegmentSize();
            assertTrue(segments.isEmpty() || number <= Collections.max(segments), () -> damage + " is reported elsewhere: " + report);
        });
        long end = Sweeps.firstSeed() + PROGRAMS;
        var counter = new AtomicLong(Sweeps.firstSeed());
        Sweeps.untilEnough(() -> counter.getAndIncrement() >= end, 10, seed -> sweep.run(Program.calm(seed), closed));
        System.out.println("ROT SWEEP, " + (closed ? "closed" : "killed") + " stores: " + sweep.summary() + ", no violation");
    }
}

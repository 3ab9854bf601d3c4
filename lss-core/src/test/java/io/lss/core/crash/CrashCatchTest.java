package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.lss.core.CoreEngine;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.crash.Counterexample;
import io.lss.tck.crash.CrashSweep;
import io.lss.tck.crash.FaultSweep;
import io.lss.tck.crash.Program;
import io.lss.tck.sim.Flaw;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checker checked: broken engines and broken devices, each of which the crash tests must catch, by what it breaks and
 * not by something else. Prints what caught which.
 */
class CrashCatchTest {

    /** How many programs a defect may survive. */
    private static final int PROGRAMS = 400;

    private static final CrashSweep.Intensity INTENSITY =
            new CrashSweep.Intensity(3, 8, 2, Duration.ofSeconds(3), Duration.ZERO);

    /** Broken in ways that no crash, and no failure of the device, brings out. The contract tests of the kit reject them. */
    private static final Map<Flaw, String> NOT_BY_CRASHES = new EnumMap<>(Map.of(
            Flaw.NOT_EXCLUSIVE, "nobody opens a store twice here",
            Flaw.INTERRUPT_BREAKS, "nobody is interrupted here",
            Flaw.READ_TOLD_EARLY, "its bytes come before the call returns, and nobody looks before",
            Flaw.COMPLETES_TWICE, "the engine goes by the first answer, and says so in the log (FailureTest)",
            Flaw.LOSES_COMPLETIONS, "who waits for a completion that never comes waits for ever",
            Flaw.LIVES_AFTER_CLOSE, "an engine that closes its device does not use it afterwards",
            Flaw.CLOSE_LOSES_OPERATIONS, "an engine that waits for what is in flight before it closes loses nothing"));

    // What a violation says. What was acknowledged is gone: the oracle misses it, or recovery itself does, which finds it
    // on record as stable.
    private static final String LOST = "S11: an acknowledged record is lost";
    private static final String CORRUPT = "StoreCorruptException: store corrupt at LSN";
    private static final String CORRUPT_ROOT = "StoreCorruptException: store corrupt in its root";
    private static final String NOT_OF_THE_ROOT = "does not go with the root";

    private static final StringBuilder TABLE = new StringBuilder();

    @BeforeAll
    static void quiet() {
        QuietLog.quiet();
    }

    @AfterAll
    static void printTable() {
        System.out.println("CAUGHT:" + TABLE);
    }

    /** A sweep over one program. */
    @FunctionalInterface
    private interface Sweep {
        Optional<Counterexample> run(Program program);
    }

    private static Sweep crashes(StoreEngine engine) {
        CrashSweep sweep = CrashSweep.of(engine, INTENSITY, image -> {});
        return sweep::run;
    }

    private static Sweep failures(StoreEngine engine) {
        FaultSweep sweep = FaultSweep.of(engine, INTENSITY, image -> {});
        return program -> sweep.run(program, FaultSweep.Kind.ONCE);
    }

    /** Runs programs until one shows a violation, which must be the expected one: that a store hangs proves nothing. */
    private static void mustBeCaught(
            String what, List<String> expected, Sweep sweep, UnaryOperator<Program> device, boolean calm) {
        assertFalse(expected.isEmpty(), what + ": by what is it to be caught?");
        for (long seed = 1; seed <= PROGRAMS; seed++) {
            Optional<Counterexample> found = sweep.run(device.apply(calm ? Program.calm(seed) : Program.random(seed)));
            if (found.isPresent()) {
                String violation = found.get().violation();
                TABLE.append(String.format("%n  %-62s program %3d: %s", what, seed, violation.lines().findFirst().orElse("")));
                assertTrue(
                        expected.stream().anyMatch(violation::contains),
                        () -> what + " was caught, but not by " + expected + ": " + found.get());
                return;
            }
        }
        TABLE.append(String.format("%n  %-62s NOT CAUGHT", what));
        fail(what + " survives " + PROGRAMS + " programs");
    }

    // -------------------------------------------------------------------------------------------- engines

    static Stream<Mutant> enginesBrokenForCrashes() {
        return Stream.of(
                Mutant.of("watermark: in order of arrival, over holes")
                        .with("Flusher.java", "} else if (unit.isDone()) {", "} else if (unit.isDone()) { marks.passed(unit);")
                        .with("Watermarks.java", " void publish() {", " void passed(FlushUnit unit) { written = Math.max(written, unit.endLsn); } void publish() {")
                        .with("Watermarks.java", " written = unit.endLsn;", " written = Math.max(written, unit.endLsn);")
                        .caughtBy(LOST),
                Mutant.of("watermark: stable when written, without a sync")
                        .with("Watermarks.java", "stableLsn = sync ? synced : written;", "stableLsn = written;")
                        .caughtBy(LOST, CORRUPT),
                Mutant.of("ring: a buffer is handed on with reservations open in it")
                        .with("FlushRing.java", "if (b.settle(reserved)) {", "if (b.settle(reserved) || reserved > 0) {")
                        .caughtBy("checked mode: the record at LSN"),
                Mutant.of("recovery: checksums of frames not checked")
                        .with("format/FrameDescriptor.java",
                                "return payloadCrc(view, checksums, offset, length) == crc(memory, offset) ? FrameFault.NONE : FrameFault.CHECKSUM;",
                                "return FrameFault.NONE;")
                        .caughtBy("S9: the record at LSN"),
                Mutant.of("recovery: goes on behind a hole")
                        .with("recovery/RecoveryWalk.java", "case LOOK_BEHIND -> {", """
                                case LOOK_BEHIND -> {
                                    long beyond = p;
                                    long limit = header == null ? p : header.base() + header.segmentSize();
                                    for (long q = p + identity.blockSize(); q < limit && beyond == p; q += identity.blockSize()) {
                                        if (probe.probe(source(number), header, q - header.base()) == RecoveryTable.Unit.VALID) {
                                            beyond = q;
                                        }
                                    }
                                    if (beyond > p) {
                                        p = beyond;
                                        continue;
                                    }
                                """)
                        .caughtBy("S11: a hole", "no unit header in segment"),
                Mutant.of("recovery: does not sync what it adopts").with("StoreOpening.java", " sync(number);", " checkBlockSize(4096);")
                        .caughtBy(LOST, CORRUPT),
                Mutant.of("open: the new session is not on record before the first append")
                        .with("StoreOpening.java", "roots.update(r -> log.nextRoot());",
                                "roots = new RootKeeper(device, log.segments().deviceLock(), log.nextRoot(), 1 - log.bestCopy());")
                        .caughtBy(NOT_OF_THE_ROOT),
                Mutant.of("open: a segment number is used again")
                        .with("recovery/Recovery.java", "return highest + 1;", "return Math.max(root.firstSegment(), identity.number(stable - 1)) + 1;")
                        .caughtBy("F14: create of segment"),
                Mutant.of("root: one copy only")
                        .with("RootKeeper.java", "device.writeRoot(1 - first, image);", "")
                        .with("RootKeeper.java", "worse = 1 - first;", "")
                        .caughtBy(CORRUPT_ROOT),
                Mutant.of("trim: segments are deleted before the begin is on record")
                        .with("Trimmer.java", "roots.update(root -> moved(root, lsn));", "for (long number : segments.dropBelow(lsn)) {\n"
                                + "delete(number);\n}\nroots.update(root -> moved(root, lsn));")
                        .caughtBy("in which the log begins, is missing"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("enginesBrokenForCrashes")
    void aBrokenEngineIsCaughtByCrashes(Mutant mutant) throws IOException, ReflectiveOperationException {
        mustBeCaught(mutant.toString(), mutant.caughtBy(), crashes(mutant.engine()), program -> program, false);
    }

    /** The engine itself notices, by its accounts and in checked mode, a buffer handed on too early. So does the oracle. */
    @Test
    void aBrokenRingIsCaughtByTheOracleToo() throws IOException, ReflectiveOperationException {
        String what = "ring: the same, without checked mode, seen by the oracle";
        Sweep sweep = crashes(Mutant.of(what)
                .with("FlushRing.java", "if (b.settle(reserved)) {", "if (b.settle(reserved) || reserved > 0) {")
                .engine());
        for (long seed = 1; seed <= PROGRAMS; seed++) {
            Program program = Program.random(seed);
            Optional<Counterexample> found =
                    sweep.run(program.withOptions(program.options().toBuilder().checked(false).build()));
            String violation = found.map(Counterexample::violation).orElse("");
            if (Stream.of("S8: ", "S9: ", "S11: ").anyMatch(violation::startsWith)) {
                TABLE.append(String.format("%n  %-62s program %3d: %s", what, seed, violation.lines().findFirst().orElse("")));
                return;
            }
        }
        fail(what + ": not in " + PROGRAMS + " programs");
    }

    static Stream<Mutant> enginesBrokenForFailures() {
        return Stream.of(
                Mutant.of("flush: the failure of a write is ignored")
                        .with("FlushUnit.java", "failure = why == null && bytes != length", "IOException ignored = why == null && bytes != length")
                        .caughtBy(LOST, CORRUPT),
                Mutant.of("flush: the failure of a sync is ignored")
                        .with("Flusher.java", "IOException failure = ended.failure();", "IOException failure = null;")
                        .caughtBy(LOST, CORRUPT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("enginesBrokenForFailures")
    void aBrokenEngineIsCaughtByFailures(Mutant mutant) throws IOException, ReflectiveOperationException {
        mustBeCaught(mutant.toString(), mutant.caughtBy(), failures(mutant.engine()), program -> program, true);
    }

    @Test
    void anEngineThatTakesAShortWriteForAWholeOneIsCaughtOnADeviceThatWritesShort() throws IOException, ReflectiveOperationException {
        Mutant mutant = Mutant.of("flush: a short write is taken for a whole one, device F1")
                .with("FlushUnit.java", "bytes != length", "bytes < 0")
                        .caughtBy(LOST, CORRUPT);
        mustBeCaught(mutant.toString(), mutant.caughtBy(), crashes(mutant.engine()), with(Flaw.REPORTS_SHORT_WRITES), false);
    }

    @Test
    void theEngineAsItIsSurvivesWhatTheMutantsDoNot() throws IOException, ReflectiveOperationException {
        Mutant harmless = Mutant.of("none").with("FlushUnit.java", "bytes != length", "length != bytes");
        CrashSweep sweep = CrashSweep.of(harmless.engine(), INTENSITY, image -> {});
        for (long seed = 1; seed <= 8; seed++) {
            Optional<Counterexample> found = sweep.run(Program.random(seed));
            assertTrue(found.isEmpty(), () -> String.valueOf(found));
        }
    }

    // -------------------------------------------------------------------------------------------- devices

    private static UnaryOperator<Program> with(Flaw flaw) {
        return program -> program.withDevice(program.device().toBuilder().flaws(flaw).build());
    }

    static Stream<Flaw> flaws() {
        return Arrays.stream(Flaw.values()).filter(flaw -> !NOT_BY_CRASHES.containsKey(flaw));
    }

    /** {@return words of which the violation must have some; none for what crashes do not bring out} */
    private static List<String> caughtBy(Flaw flaw) {
        return switch (flaw) {
            case REPORTS_SHORT_WRITES -> List.of("StoreFailedException: the write of the flush unit");
            case SYNC_LIES, IGNORES_DURABLE, ACKNOWLEDGES_AT_SUBMIT, RETRIES_FAILED_SYNC, READS_MEMORY_LATE ->
                List.of(LOST, CORRUPT);
            case DEAD_OWNER_BLOCKS -> List.of("StoreLockedException: the simulated medium is open already");
            case READS_SHORT, READS_STALE, REUSES_FOREIGN_SPACE -> List.of(LOST);
            case SKIPS_DIRECTORY_SYNC, ROOT_DAMAGES_OTHER -> List.of(CORRUPT_ROOT);
            case ROOT_NOT_DURABLE -> List.of(NOT_OF_THE_ROOT);
            case LISTS_HALF_MADE -> List.of("was never completely created");
            case COMPLETES_TWICE,
                    LOSES_COMPLETIONS,
                    NOT_EXCLUSIVE,
                    INTERRUPT_BREAKS,
                    READ_TOLD_EARLY,
                    CLOSE_LOSES_OPERATIONS,
                    LIVES_AFTER_CLOSE -> List.of();
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flaws")
    void aBrokenDeviceIsCaught(Flaw flaw) {
        boolean needsFailure = flaw == Flaw.RETRIES_FAILED_SYNC;
        StoreEngine engine = new CoreEngine();
        mustBeCaught(
                "device, " + flaw.rule() + ": " + flaw.description(),
                caughtBy(flaw),
                needsFailure ? failures(engine) : crashes(engine),
                with(flaw),
                needsFailure);
    }

    @Test
    void theOtherBrokenDevicesAreNamed() {
        NOT_BY_CRASHES.forEach((flaw, why) ->
                TABLE.append(String.format("%n  %-62s not for crash tests: %s", "device, " + flaw.rule() + ": " + flaw.description(), why)));
        assertTrue(List.of(Flaw.values()).containsAll(NOT_BY_CRASHES.keySet()));
    }
}

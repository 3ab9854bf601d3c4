package io.lss.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.tck.ConformanceReport.Result;
import io.lss.tck.reference.Defect;
import io.lss.tck.reference.ReferenceEngine;
import io.lss.tck.sim.SimulatedSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The report says what happened. */
class ConformanceReportTest {

    /** A contract; only its names count. */
    static class MadeUp {
        @Test
        void s1_one() {}

        @Test
        void s1_two() {}

        @Test
        void s2_needsMore() {}

        @Test
        void s4_fails() {}

        @Test
        void f3_hasNotRun() {}
    }

    private static ConformanceReport report() {
        ConformanceReport.forget(MadeUp.class);
        ConformanceReport report = ConformanceReport.of(MadeUp.class);
        report.subject("a \"subject\"");
        report.record("s1_one", Result.PASSED, 1_000, "42", "");
        report.record("s1_two", Result.PASSED, 5, "", "");
        report.record("s2_needsMore", Result.SKIPPED, 0, "", "not tried: needs more");
        report.record("s4_fails", Result.FAILED, 3, "7", "java.lang.AssertionError: S9: other bytes\nmore lines");
        return report;
    }

    @Test
    void theTextHasEachRuleWithResultTestsTriesSeedAndReason() {
        String lines = report().text();
        assertEquals(
                """
                CONFORMANCE of io.lss.tck.ConformanceReportTest$MadeUp (a "subject")
                  F3   NOT_RUN  what completed durably survives power loss                               0 of 1 tests, 0 tries
                       NOT_RUN f3_hasNotRun
                  S1   PASSED   LSNs are unique, multiples of 8, and increase                            2 of 2 tests, 1,005 tries
                       seed 42: s1_one
                  S2   SKIPPED  a thread's records are scanned in its order                              0 of 1 tests, 0 tries
                       SKIPPED s2_needsMore: not tried: needs more
                  S4   FAILED   stability passes nothing that is not durable                             0 of 1 tests, 3 tries
                       FAILED s4_fails: java.lang.AssertionError: S9: other bytes
                       seed 7: s4_fails
                  S9   FAILED   readers get what was published, byte for byte                            0 of 1 tests, 3 tries
                       FAILED s4_fails: java.lang.AssertionError: S9: other bytes
                       seed 7: s4_fails
                  5 rules: 1 passed, 1 skipped, 2 failed; INCOMPLETE: 1 of 5 tests did not run
                """,
                lines.replace(System.lineSeparator(), "\n"));
    }

    @Test
    void theJsonHasTheSameForMachines() {
        assertEquals(
                "{\"contract\":\"io.lss.tck.ConformanceReportTest$MadeUp\",\"subject\":\"a \\\"subject\\\"\",\"rules\":["
                        + "{\"rule\":\"F3\",\"title\":\"what completed durably survives power loss\",\"result\":\"NOT_RUN\",\"tests\":["
                        + "{\"name\":\"f3_hasNotRun\",\"result\":\"NOT_RUN\",\"tries\":0,\"seed\":\"\",\"detail\":\"\"}]},"
                        + "{\"rule\":\"S1\",\"title\":\"LSNs are unique, multiples of 8, and increase\",\"result\":\"PASSED\",\"tests\":["
                        + "{\"name\":\"s1_one\",\"result\":\"PASSED\",\"tries\":1000,\"seed\":\"42\",\"detail\":\"\"},"
                        + "{\"name\":\"s1_two\",\"result\":\"PASSED\",\"tries\":5,\"seed\":\"\",\"detail\":\"\"}]},"
                        + "{\"rule\":\"S2\",\"title\":\"a thread's records are scanned in its order\",\"result\":\"SKIPPED\",\"tests\":["
                        + "{\"name\":\"s2_needsMore\",\"result\":\"SKIPPED\",\"tries\":0,\"seed\":\"\",\"detail\":\"not tried: needs more\"}]},"
                        + "{\"rule\":\"S4\",\"title\":\"stability passes nothing that is not durable\",\"result\":\"FAILED\",\"tests\":["
                        + "{\"name\":\"s4_fails\",\"result\":\"FAILED\",\"tries\":3,\"seed\":\"7\","
                        + "\"detail\":\"java.lang.AssertionError: S9: other bytes\\nmore lines\"}]},"
                        + "{\"rule\":\"S9\",\"title\":\"readers get what was published, byte for byte\",\"result\":\"FAILED\",\"tests\":["
                        + "{\"name\":\"s4_fails\",\"result\":\"FAILED\",\"tries\":3,\"seed\":\"7\","
                        + "\"detail\":\"java.lang.AssertionError: S9: other bytes\\nmore lines\"}]}]}",
                report().json().strip());
    }

    @Test
    void itIsCompleteWhenEveryTestHasItsResultAndTheLastWordCounts() {
        ConformanceReport report = report();
        assertFalse(report.isComplete());
        report.record("f3_hasNotRun", Result.PASSED, 1, "", "");
        assertTrue(report.isComplete());
        assertEquals(Result.FAILED, report.results().get(Rule.S9));
        report.record("s4_fails", Result.PASSED, 1, "", "");
        assertEquals(Map.of(Rule.F3, Result.PASSED, Rule.S1, Result.PASSED, Rule.S2, Result.SKIPPED, Rule.S4, Result.PASSED), report.results());
        report.record("notOne", Result.FAILED, 1, "", "S1: not a test of the contract");
        assertEquals(Result.PASSED, report.results().get(Rule.S1));
    }

    @Test
    void aTestThatTriedNothingHasNotPassed() {
        ConformanceReport report = report();
        report.record("s1_one", Result.PASSED, 0, "", "");
        assertEquals(Result.FAILED, report.results().get(Rule.S1));
    }

    // ------------------------------------------------------------------------------------------- from a run

    @Test
    void aRunIsReportedTestByTest() throws Exception {
        EngineUnderKit.subject(new ReferenceEngine(Defect.STABLE_ON_WRITE));
        ProviderUnderKit.subject(new ReferenceEngine(), SimulatedSettings.builder().build());
        assertReported(EngineUnderKit.class, "s3_askingChangesNothing", Rule.S3, Result.PASSED, "1 of 2 tests, 100 tries");
        assertReported(EngineUnderKit.class, "s4_whatWasSaidToBeStableIsThereWhenTheMachineStops", Rule.S4, Result.FAILED, ": S4: ");
        assertReported(
                ProviderUnderKit.class, "f7_ofTwoProcessesOneAtMostCanChangeAnything", Rule.F7, Result.SKIPPED, "not tried: needs that other processes");
    }

    /** A property is reported with the seed that it was drawn from. */
    @Test
    void aPropertyIsReportedWithItsSeedAndTries() throws Exception {
        EngineUnderKit.subject(new ReferenceEngine());
        String text = assertReported(EngineUnderKit.class, "s11_randomProgramsKeepEveryRule", Rule.S11, Result.PASSED, ", " + Integer.getInteger("lss.tck.programs") + " tries");
        assertTrue(text.contains(": s11_randomProgramsKeepEveryRule"), text);
        assertTrue(text.contains("       seed "), text);
    }

    private static String assertReported(Class<?> contract, String test, Rule rule, Result result, String words) throws Exception {
        var method = Kit.tests(contract, rule).stream().filter(each -> each.getName().equals(test)).findFirst().orElseThrow();
        assertEquals(result == Result.PASSED, Kit.run(contract, method).passed(), test);
        ConformanceReport report = ConformanceReport.of(contract);
        String text = report.text();
        assertTrue(text.contains(words), text);
        assertTrue(result == Result.SKIPPED || text.contains(contract.getName() + " (provider sim, simulated, "), "says what was tested: " + text);
        if (result == Result.FAILED) {
            assertEquals(result, report.results().get(rule), text);
        }
        assertTrue(report.json().contains("{\"name\":\"" + test + "\",\"result\":\"" + result + "\""), report.json());
        return text;
    }
}

package io.lss.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules of the kit are those of the specification, and each has a test. */
class RulesTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([FS]\\d+) \\| \\S");

    @Test
    void theRulesAreTheRowsOfTheSpecificationInItsOrder() throws IOException {
        Path page = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().resolveSibling("docs/SPEC.md");
        List<String> rows = ROW.matcher(Files.readString(page)).results().map(row -> row.group(1)).toList();
        assertEquals(rows, Arrays.stream(Rule.values()).map(Rule::name).toList());
    }

    @Test
    void eachRuleHasATestAndEachTestARule() {
        assertEquals(
                List.of(),
                RuleCoverage.faults(List.of(StoreContract.class, EngineContract.class, ProviderContract.class), EnumSet.allOf(Rule.class)));
    }

    @Test
    void aWholeStoreIsAskedForEveryRuleOfStoresThatNeedsNoDevice() {
        EnumSet<Rule> rules = EnumSet.range(Rule.S1, Rule.S19);
        assertEquals(List.of(), RuleCoverage.faults(List.of(StoreContract.class), rules));
    }

    // ------------------------------------------------------------------------------------------- the check itself

    /** A contract that lacks something. */
    static class MadeUp extends MadeUpBase {
        @Test
        void s2_isTested() {}

        @Test
        void somethingIsTestedForNoRule() {}

        void s3_isNoTest() {}
    }

    /** What it extends. */
    static class MadeUpBase {
        @Test
        void f1_isTested() {}

        @Test
        void s99_isNoRule() {}
    }

    @Test
    void aRuleWithoutATestAndATestWithoutARuleAreNoticed() {
        assertEquals(
                List.of(
                        "MadeUp.somethingIsTestedForNoRule is a test of no rule",
                        "MadeUpBase.s99_isNoRule is a test of no rule",
                        "no test is for S3: " + Rule.S3.title()),
                RuleCoverage.faults(List.of(MadeUp.class), EnumSet.of(Rule.F1, Rule.S2, Rule.S3)));
    }

    @Test
    void aFailureNamesTheFirstRuleInItsMessage() {
        assertEquals(Optional.of(Rule.S4), Rule.ofViolation("S4: stable passes a hole"));
        assertEquals(Optional.of(Rule.S4), Rule.ofViolation("java.lang.AssertionError: S4: a read threw java.io.IOException: S6: something"));
        assertEquals(Optional.of(Rule.F13), Rule.ofViolation("java.lang.AssertionError: F13: two threads\nS1: of the second line"));
        assertEquals(Optional.of(Rule.S11), Rule.ofViolation("org.opentest4j.AssertionFailedError: of many lines\n  when: S11: a hole"));
        assertEquals(Optional.empty(), Rule.ofViolation("java.io.IOException: bucket S99: no such rule"));
        assertEquals(Optional.empty(), Rule.ofViolation("nothing of the kind"));
    }
}

package io.lss.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.tck.reference.Defect;
import io.lss.tck.reference.ReferenceEngine;
import io.lss.tck.reference.SecondSimulatedProvider;
import io.lss.tck.sim.Flaw;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The kit is tested: every broken engine and every broken device is rejected, by the rule that it breaks. System property
 * {@code lss.kit.only=NAME,...}: those alone.
 */
class DefectsTest {

    private static final String ONLY = System.getProperty("lss.kit.only", "");

    /** In these somebody waits for ever: to be given up on is how they are rejected. */
    private static final Set<String> HANGING = Set.of(
            "STAGES_FORGOTTEN",
            "FULL_RING_NEVER_SUBMITTED",
            "WATERMARK_FROZEN_AT_ROLL",
            "FAILURE_WAKES_NOBODY",
            "FAILED_WRITE_RESUBMITTED",
            "DROPPED_RESERVATION_WEDGES",
            "TRY_RESERVE_WAITS",
            "INTERRUPT_IGNORED",
            "CLOSE_WAITS_FOR_RESERVATIONS",
            "LOSES_COMPLETIONS");

    private final List<String> table = new ArrayList<>();
    private final List<String> survivors = new ArrayList<>();
    private final Set<Rule> proven = EnumSet.noneOf(Rule.class);

    @Test
    void everyBrokenEngineAndDeviceIsRejectedByTheRuleThatItBreaks() {
        for (Defect defect : Defect.values()) {
            if (isAsked(defect.name())) {
                Rule rule = Rule.valueOf(defect.rule());
                ReferenceEngine broken = new ReferenceEngine(defect);
                EngineUnderKit.subject(broken);
                ProviderUnderKit.subject(broken, device().build());
                expect(rule == Rule.S20 ? ProviderUnderKit.class : EngineUnderKit.class, rule, defect.name(), defect.description());
            }
        }
        for (Flaw flaw : Flaw.values()) {
            if (isAsked(flaw.name())) {
                ProviderUnderKit.subject(new ReferenceEngine(), device().flaws(flaw).build());
                expect(ProviderUnderKit.class, Rule.valueOf(flaw.rule()), flaw.name(), flaw.description());
            }
        }
        if (isAsked("SCRAMBLES")) {
            SecondSimulatedProvider.scrambles(true);
            try {
                ProviderUnderKit.subject(new ReferenceEngine(), device().build());
                expect(ProviderUnderKit.class, Rule.S20, "SCRAMBLES", "a second provider of the same location gives other bytes");
            } finally {
                SecondSimulatedProvider.scrambles(false);
            }
        }
        int all = table.size();
        System.out.println("KIT: " + (all - survivors.size()) + " of " + all + " broken engines and devices rejected, "
                + (survivors.isEmpty() ? "no survivor" : "SURVIVORS " + survivors));
        table.forEach(System.out::println);
        ConformanceReport.forget(EngineUnderKit.class);
        ConformanceReport.forget(ProviderUnderKit.class);
        assertEquals(List.of(), survivors);
        assertTrue(!ONLY.isEmpty() || all >= 30, "broken engines and devices: " + all);
        assertTrue(!ONLY.isEmpty() || proven.size() == Rule.values().length, "no broken subject for rules " + EnumSet.complementOf(EnumSet.copyOf(proven)));
    }

    /** Else a rejection would say nothing: what is sound passes, run in the very same way. */
    @Test
    void theSoundEngineOnTheSoundDeviceIsNotRejected() {
        EngineUnderKit.subject(new ReferenceEngine());
        ProviderUnderKit.subject(new ReferenceEngine(), device().build());
        for (Class<?> contract : List.of(EngineUnderKit.class, ProviderUnderKit.class)) {
            for (Method test : Kit.tests(contract, Rule.S1)) {
                assertEquals("", Kit.run(contract, test).failure(), test.getName());
            }
            ConformanceReport.forget(contract);
        }
    }

    private static boolean isAsked(String name) {
        return ONLY.isEmpty() || Arrays.asList(ONLY.split(",")).contains(name);
    }

    private static SimulatedSettings.Builder device() {
        return SimulatedSettings.builder().seed(11).timing(Timing.THREADED).latency(1_000, 30_000);
    }

    private void expect(Class<?> contract, Rule rule, String name, String description) {
        List<Kit.Outcome> others = new ArrayList<>();
        long start = System.nanoTime();
        Optional<Kit.Outcome> rejection = Kit.rejection(contract, rule, HANGING.contains(name), others);
        String by = rejection
                .map(came -> came.test() + ": " + came.failure().lines().findFirst().orElse(""))
                .orElseGet(() -> {
                    survivors.add(name);
                    return "SURVIVES" + (others.isEmpty() ? "" : ", though it fails elsewhere: " + others);
                });
        proven.add(rule);
        table.add(String.format("  %-4s %-32s %s%n%38s by %s (%d ms)", rule, name, description, "", by, (System.nanoTime() - start) / 1_000_000));
    }
}

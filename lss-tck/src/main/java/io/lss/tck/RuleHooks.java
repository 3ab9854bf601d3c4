package io.lss.tck;

import io.lss.tck.ConformanceReport.Result;
import java.util.List;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.FixedSeedMode;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropertyAttributes;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import org.opentest4j.TestAbortedException;

/** Gives up on tries that hang, and reports what came of each property. What {@link RuleExtension} does for tests. */
final class RuleHooks implements AroundPropertyHook, AroundTryHook {

    /** System property: how many programs are tried. */
    private static final String TRIES = "lss.tck.programs";

    /** Whether the property has its result. jqwik may go on making a failure smaller after that; it need not. */
    private volatile boolean over;

    /** System property: what programs are drawn from, as a report or a failure names it. */
    private static final String SEED = "lss.tck.seed";

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) throws Exception {
        configure(context.attributes());
        StoreRules rules = (StoreRules) context.testInstance();
        TestAbortedException refused = null;
        try {
            rules.newSite().close();
        } catch (TestAbortedException e) {
            refused = e;
            rules.giveUp(); // there is no try to be made
        }
        PropertyExecutionResult result = property.execute();
        result = refused == null ? result : result.mapToAborted(refused);
        over = true;
        Throwable thrown = result.throwable().orElse(null);
        Result came =
                switch (result.status()) {
                    case SUCCESSFUL -> Result.PASSED;
                    case ABORTED -> Result.SKIPPED;
                    case FAILED -> Result.FAILED;
                };
        String detail = thrown == null ? "" : String.valueOf(came == Result.SKIPPED ? thrown.getMessage() : thrown);
        if (came == Result.FAILED) {
            System.out.println("REPRODUCTION of " + context.label() + ": -Dtest=" + context.containerClass().getSimpleName() + " -D" + SEED + "="
                    + result.seed().orElse("") + " -D" + TRIES + "=" + context.attributes().tries().orElse(result.countTries()));
        }
        ConformanceReport report = ConformanceReport.of(context.containerClass());
        report.record(context.targetMethod().getName(), came, result.countTries(), result.seed().orElse(""), detail);
        if (!rules.subject().isEmpty()) {
            report.subject(rules.subject());
        }
        report.publish();
        return result;
    }

    /** Takes what whoever runs the tests has to say. */
    private static void configure(PropertyAttributes attributes) {
        Integer tries = Integer.getInteger(TRIES);
        if (tries != null) {
            attributes.setTries(tries);
        }
        String seed = System.getProperty(SEED);
        if (seed != null) {
            attributes.setSeed(seed);
            attributes.setWhenFixedSeed(FixedSeedMode.ALLOW);
            attributes.setAfterFailure(AfterFailureMode.RANDOM_SEED);
        }
    }

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor attempt, List<Object> parameters) throws Throwable {
        StoreRules rules = (StoreRules) context.testInstance();
        if (over || rules.hasGivenUp()) {
            // Nothing can be tried; or something hung, and each further one could cost as much patience as the first: what hung is
            // reported as it is, not made smaller.
            return TryExecutionResult.satisfied();
        }
        TryExecutionResult[] result = new TryExecutionResult[1];
        try {
            rules.run(context.targetMethod(), () -> {
                result[0] = attempt.execute(parameters);
                rules.closeStages();
            });
        } catch (Patience.HangException e) {
            return TryExecutionResult.falsified(e);
        } catch (TestAbortedException e) {
            return TryExecutionResult.invalid(e);
        }
        return result[0];
    }
}

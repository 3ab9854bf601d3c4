package io.lss.tck;

import io.lss.tck.ConformanceReport.Result;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Gives up on tests that hang, and reports what came of each. For the contracts' tests; {@link RuleHooks} does it for their properties. */
final class RuleExtension implements InvocationInterceptor, TestWatcher, AfterAllCallback {

    @Override
    public void interceptTestMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        StoreRules rules = (StoreRules) context.getRequiredTestInstance();
        rules.run(context.getRequiredTestMethod(), invocation::proceed);
    }

    @Override
    public void interceptAfterEachMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        StoreRules rules = (StoreRules) context.getRequiredTestInstance();
        rules.run(context.getRequiredTestMethod(), invocation::proceed);
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, Result.PASSED, "");
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        record(context, Result.SKIPPED, String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        record(context, Result.SKIPPED, reason.orElse("disabled"));
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        record(context, Result.FAILED, String.valueOf(cause));
    }

    private static void record(ExtensionContext context, Result result, String detail) {
        ConformanceReport report = ConformanceReport.of(context.getRequiredTestClass());
        if (context.getTestInstance().orElse(null) instanceof StoreRules rules) {
            report.record(context.getRequiredTestMethod().getName(), result, rules.tries(), rules.seed(), detail);
            if (!rules.subject().isEmpty()) {
                report.subject(rules.subject());
            }
        } else { // it was disabled before there was one
            report.record(context.getRequiredTestMethod().getName(), result, 0, "", detail);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        ConformanceReport.of(context.getRequiredTestClass()).publish();
    }
}

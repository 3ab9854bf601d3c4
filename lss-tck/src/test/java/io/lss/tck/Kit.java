package io.lss.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests of a contract class in this JVM, as JUnit does, and says what came of them. */
final class Kit {

    /**
     * What came of a test.
     *
     * @param test its name
     * @param passed whether it passed; one that was skipped has not
     * @param failure what it failed with; empty if it did not fail
     */
    record Outcome(String test, boolean passed, String failure) {

        boolean failed() {
            return !failure.isEmpty();
        }

        /**
         * {@return whether it rejects its subject for a rule: a test of that rule fails, or a failure names that rule} That it hangs counts only
         * where that is what is wrong with the subject: on a machine with too much to do a sound one might seem to.
         */
        boolean rejects(Rule rule, boolean mayHang) {
            return failed() && (mayHang || !failure.contains("HangException")) && (Rule.ofTest(test).filter(rule::equals).isPresent() || Rule.ofViolation(failure).filter(rule::equals).isPresent());
        }
    }

    private static final int ROUNDS = 3;
    private static final Launcher LAUNCHER = LauncherFactory.create();

    private Kit() {}

    /** {@return the tests of a contract: those of a rule first, and of these the quick ones first} */
    static List<Method> tests(Class<?> contract, Rule first) {
        Map<String, Method> tests = new LinkedHashMap<>();
        for (Class<?> type = contract; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (AnnotationSupport.isAnnotated(method, Testable.class)) {
                    tests.putIfAbsent(method.getName(), method);
                }
            }
        }
        List<Method> sorted = new ArrayList<>(tests.values());
        sorted.sort(Comparator.comparing((Method each) -> !Rule.ofTest(each.getName()).filter(first::equals).isPresent())
                .thenComparing(each -> each.isAnnotationPresent(TakesLong.class))
                .thenComparing(Method::getName));
        return sorted;
    }

    /** {@return what came of one test} */
    static Outcome run(Class<?> contract, Method test) {
        List<Outcome> came = new ArrayList<>();
        ConformanceReport.forget(contract);
        LAUNCHER.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectMethod(contract, test))
                        .configurationParameter("jqwik.database", "") // what failed for one subject is nothing to begin with for the next
                        .build(),
                new TestExecutionListener() {
                    @Override
                    public void executionSkipped(TestIdentifier identifier, String reason) {
                        name(identifier).ifPresent(name -> came.add(new Outcome(name, false, "")));
                    }

                    @Override
                    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                        name(identifier).ifPresent(name -> came.add(new Outcome(
                                name,
                                result.getStatus() == TestExecutionResult.Status.SUCCESSFUL,
                                result.getStatus() == TestExecutionResult.Status.FAILED ? String.valueOf(result.getThrowable().orElse(null)) : "")));
                    }
                });
        if (came.size() != 1) {
            throw new AssertionError("of " + test + " came " + came);
        }
        return came.getFirst();
    }

    private static Optional<String> name(TestIdentifier identifier) {
        return identifier.getSource().filter(MethodSource.class::isInstance).map(source -> ((MethodSource) source).getMethodName());
    }

    /**
     * {@return the first rejection of the subject by a rule; nothing if it survives the whole contract} What is wrong may show by chance
     * only, so the quick tests of the rule are run several times before all the others are.
     */
    static Optional<Outcome> rejection(Class<?> contract, Rule rule, boolean mayHang, List<Outcome> others) {
        List<Method> all = tests(contract, rule);
        List<Method> quick = all.stream()
                .filter(each -> !each.isAnnotationPresent(TakesLong.class) && Rule.ofTest(each.getName()).filter(rule::equals).isPresent())
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            Optional<Outcome> found = rejection(contract, rule, mayHang, quick, new ArrayList<>());
            if (found.isPresent()) {
                return found;
            }
        }
        return rejection(contract, rule, mayHang, all, others);
    }

    private static Optional<Outcome> rejection(Class<?> contract, Rule rule, boolean mayHang, List<Method> tests, List<Outcome> others) {
        for (Method test : tests) {
            Outcome came = run(contract, test);
            if (came.rejects(rule, mayHang)) {
                return Optional.of(came);
            }
            if (came.failed()) {
                others.add(came);
            }
        }
        return Optional.empty();
    }
}

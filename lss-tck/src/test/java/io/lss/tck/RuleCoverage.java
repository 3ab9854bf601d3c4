package io.lss.tck;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Compares the tests of contracts with the rules that they are for. */
final class RuleCoverage {

    private RuleCoverage() {}

    /**
     * {@return what is wrong: tests of no rule, rules without a test; empty if nothing is}
     *
     * @param contracts the classes, each with all that it extends
     * @param rules those that need a test
     */
    static List<String> faults(Collection<Class<?>> contracts, Set<Rule> rules) {
        List<String> faults = new ArrayList<>();
        Set<Rule> tested = EnumSet.noneOf(Rule.class);
        for (Class<?> contract : contracts) {
            for (Class<?> type = contract; type != null; type = type.getSuperclass()) {
                for (Method method : type.getDeclaredMethods()) {
                    if (AnnotationSupport.isAnnotated(method, Testable.class)) {
                        Rule.ofTest(method.getName()).ifPresentOrElse(
                                tested::add, () -> faults.add(method.getDeclaringClass().getSimpleName() + "." + method.getName() + " is a test of no rule"));
                    }
                }
            }
        }
        for (Rule rule : rules) {
            if (!tested.contains(rule)) {
                faults.add("no test is for " + rule + ": " + rule.title());
            }
        }
        return faults.stream().distinct().sorted().toList();
    }
}

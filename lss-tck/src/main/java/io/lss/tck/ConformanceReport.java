package io.lss.tck;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What came of each rule in one contract class: written as text and JSON into {@code target/lss-tck} (system property
 * {@code lss.tck.reports}), and printed when every test of the class has its result, or when the JVM ends without. Safe for many threads.
 */
final class ConformanceReport {

    /** What came of a test or rule, from good to bad. */
    enum Result {
        PASSED,
        NOT_RUN,
        SKIPPED,
        FAILED
    }

    /**
     * What came of a test.
     *
     * @param test its name
     * @param rule the rule that it is for, or that it found broken
     * @param result what came of it
     * @param tries how many cases were tried
     * @param seed what they were drawn from; empty if nothing was drawn
     * @param detail why it failed or was skipped
     */
    record Entry(String test, Rule rule, Result result, long tries, String seed, String detail) {}

    private static final Map<Class<?>, ConformanceReport> ALL = new ConcurrentHashMap<>();

    private final String name;
    private final Map<String, Rule> tests = new TreeMap<>();
    private final Map<String, Entry> entries = new TreeMap<>();
    private String subject = "";

    private ConformanceReport(Class<?> contract) {
        name = contract.getName();
        for (Class<?> type = contract; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (AnnotationSupport.isAnnotated(method, Testable.class)) {
                    Rule.ofTest(method.getName()).ifPresent(rule -> tests.put(method.getName(), rule));
                }
            }
        }
    }

    /** {@return the report of a contract class, as extended by whoever tests something with it} */
    @SuppressWarnings("ReferenceEquality") // this very report
    static ConformanceReport of(Class<?> contract) {
        return ALL.computeIfAbsent(contract, type -> {
            ConformanceReport report = new ConformanceReport(type);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                if (ALL.get(type) == report) { // else it was forgotten
                    report.printIfIncomplete();
                }
            }));
            return report;
        });
    }

    /** Forgets what came of a contract class: whoever runs it several times wants several reports. */
    static void forget(Class<?> contract) {
        ALL.remove(contract);
    }

    /** Says what is tested, for people. */
    synchronized void subject(String text) {
        subject = text;
    }

    /** Notes what came of a test; the last word counts. A failure that names a rule as broken counts against that rule as well. */
    synchronized void record(String test, Result result, long tries, String seed, String detail) {
        Rule rule = tests.get(test);
        if (rule == null) {
            return;
        }
        if (result == Result.PASSED && tries <= 0) {
            entries.put(test, new Entry(test, rule, Result.FAILED, 0, seed, "the test has tried nothing"));
            return;
        }
        entries.put(test, new Entry(test, rule, result, result == Result.SKIPPED ? 0 : tries, seed, detail));
        entries.remove(test + " ");
        Optional<Rule> broken = result == Result.FAILED ? Rule.ofViolation(detail) : Optional.empty();
        if (broken.isPresent() && broken.get() != rule) {
            entries.put(test + " ", new Entry(test, broken.get(), result, tries, seed, detail));
        }
    }

    /** {@return whether every test has its result} */
    synchronized boolean isComplete() {
        return entries.keySet().containsAll(tests.keySet());
    }

    /** {@return what came of each rule that has a test here} A rule has failed if a test of it has; and passed only if one has and none has not. */
    synchronized Map<Rule, Result> results() {
        Map<Rule, Result> results = new EnumMap<>(Rule.class);
        for (Map.Entry<Rule, List<Entry>> each : byRule().entrySet()) {
            List<Result> of = each.getValue().stream().map(Entry::result).toList();
            results.put(each.getKey(), of.contains(Result.FAILED)
                    ? Result.FAILED
                    : of.stream().filter(Result.PASSED::equals).findAny().orElseGet(of::getFirst));
        }
        return results;
    }

    private Map<Rule, List<Entry>> byRule() {
        Map<Rule, List<Entry>> rules = new EnumMap<>(Rule.class);
        tests.forEach((test, rule) -> rules.computeIfAbsent(rule, _ -> new ArrayList<>())
                .add(entries.getOrDefault(test, new Entry(test, rule, Result.NOT_RUN, 0, "", ""))));
        entries.values().stream()
                .filter(each -> each.rule() != tests.get(each.test()))
                .forEach(each -> rules.computeIfAbsent(each.rule(), _ -> new ArrayList<>()).add(each));
        return rules;
    }

    /** {@return the table: rule, result, tests, tries, seed} */
    synchronized String text() {
        var text = new StringBuilder("CONFORMANCE of " + name + (subject.isEmpty() ? "" : " (" + subject + ")")).append(System.lineSeparator());
        Map<Rule, Result> results = results();
        byRule().forEach((rule, of) -> {
            long tries = of.stream().mapToLong(Entry::tries).sum();
            long passed = of.stream().filter(each -> each.result() == Result.PASSED).count();
            text.append(String.format("  %-4s %-8s %-72s %d of %d tests, %,d tries%n", rule, results.get(rule), rule.title(), passed, of.size(), tries));
            of.stream().sorted(Comparator.comparing(Entry::test)).forEach(each -> {
                if (each.result() != Result.PASSED) {
                    String why = each.detail().lines().findFirst().map(line -> ": " + line).orElse("");
                    text.append(String.format("       %s %s%s%n", each.result(), each.test(), why));
                }
                if (!each.seed().isEmpty()) {
                    text.append(String.format("       seed %s: %s%n", each.seed(), each.test()));
                }
            });
        });
        long failed = results.values().stream().filter(Result.FAILED::equals).count();
        long skipped = results.values().stream().filter(Result.SKIPPED::equals).count();
        long passed = results.values().stream().filter(Result.PASSED::equals).count();
        long notRun = tests.keySet().stream().filter(each -> !entries.containsKey(each)).count();
        text.append(String.format("  %d rules: %d passed, %d skipped, %d failed%s%n", results.size(), passed, skipped, failed,
                notRun == 0 ? "" : "; INCOMPLETE: " + notRun + " of " + tests.size() + " tests did not run"));
        return text.toString();
    }

    /** {@return the same for machines} */
    synchronized String json() {
        var json = new StringBuilder("{\"contract\":").append(quoted(name)).append(",\"subject\":").append(quoted(subject)).append(",\"rules\":[");
        String between = "";
        Map<Rule, Result> results = results();
        for (Map.Entry<Rule, List<Entry>> each : byRule().entrySet()) {
            json.append(between).append("{\"rule\":\"").append(each.getKey()).append("\",\"title\":").append(quoted(each.getKey().title()));
            json.append(",\"result\":\"").append(results.get(each.getKey())).append("\",\"tests\":[");
            String comma = "";
            for (Entry entry : each.getValue()) {
                json.append(comma).append("{\"name\":").append(quoted(entry.test())).append(",\"result\":\"").append(entry.result());
                json.append("\",\"tries\":").append(entry.tries()).append(",\"seed\":").append(quoted(entry.seed()));
                json.append(",\"detail\":").append(quoted(entry.detail())).append('}');
                comma = ",";
            }
            json.append("]}");
            between = ",";
        }
        return json.append("]}").append(System.lineSeparator()).toString();
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append((char) c);
                case '\n' -> quoted.append("\\n");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private synchronized void printIfIncomplete() {
        if (!isComplete() && !entries.isEmpty()) {
            System.out.println(text());
        }
    }

    /** Writes both files, and prints the table if nothing is to come. */
    void publish() throws IOException {
        Path directory = Files.createDirectories(Path.of(System.getProperty("lss.tck.reports", "target/lss-tck")));
        Files.writeString(directory.resolve(name + ".txt"), text());
        Files.writeString(directory.resolve(name + ".json"), json());
        if (isComplete()) {
            System.out.println(text());
        }
    }
}

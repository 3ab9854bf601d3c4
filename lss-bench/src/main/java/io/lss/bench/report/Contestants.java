package io.lss.bench.report;

import io.lss.bench.run.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who takes part in a run: each has one number, and so one colour, on the whole page. */
final class Contestants {

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    Contestants(List<Result> results) {
        results.forEach(result -> result.contenders().forEach(each -> numbers.putIfAbsent(each.name(), numbers.size())));
    }

    /** {@return the number of a name} */
    int number(String name) {
        return numbers.getOrDefault(name, numbers.size());
    }

    /** {@return what one is: ours, a limit, or another} */
    static String role(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("lss")) {
            return "ours";
        }
        boolean isLimit = lower.startsWith("c,") || lower.startsWith("fio") || lower.endsWith(" loop");
        return isLimit ? "limit" : "other";
    }
}

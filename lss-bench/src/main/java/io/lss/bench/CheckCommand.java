package io.lss.bench;

import io.lss.bench.run.Bar;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Result;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Runs the parts that have bars, and says whether they are met. */
@Command(
        name = "check",
        description = {
            "Runs the parts in which something is to be reached, and compares the ratios with the bars.",
            "Exits with 1 if a bar is missed by more than its noise, or if a part failed."
        },
        sortOptions = false)
final class CheckCommand extends RunCommand {

    @Override
    List<Comparison> chosen(List<Comparison> all) {
        return super.chosen(all.stream().filter(Comparison::hasBars).toList());
    }

    @Override
    int conclude(List<Result> results) {
        List<Result.Judged> bars = new ArrayList<>();
        for (Result result : results) {
            for (Result.Judged each : result.bars()) {
                bars.add(each);
                if (each.verdict() != Bar.Verdict.MET) {
                    System.out.printf("%s %s: %s: %s / %s = %.2f, bar %.2f%n", each.verdict(), each.bar().id(), result.id(),
                            each.bar().contender(), each.limit(), each.median(), each.bar().ratio());
                }
            }
        }
        for (Bar.Verdict verdict : Bar.Verdict.values()) {
            System.out.println(verdict + ": " + bars.stream().filter(each -> each.verdict() == verdict).count());
        }
        boolean met = results.stream().allMatch(Result::isMet);
        return super.conclude(results) == 0 && met ? 0 : FAILED;
    }
}

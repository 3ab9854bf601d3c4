package io.lss.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Metric;
import io.lss.bench.run.Result;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final String HOSTILE = "</script><script>alert(1)</script> <!-- 100% %s \"'&\u2028";
    private static final Bar BAR = new Bar("B9", "us", Metric.MIB_PER_SECOND, List.of("C, written blocks"), 0.9);

    @TempDir
    private Path temp;

    private static Result bulk(int record, int threads, Result.Of... contenders) {
        Map<String, String> axis = new LinkedHashMap<>();
        axis.put("rec", String.valueOf(record));
        axis.put("thr", String.valueOf(threads));
        return new Result("bulk", "bulk-rec" + record + "-thr" + threads, "bulk of " + record + " by " + threads, Metric.MIB_PER_SECOND, axis, 3,
                List.of(contenders), new ArrayList<>());
    }

    private static Result.Of whole(String name, double... figures) {
        return new Result.Of(name, "flags of " + name, Map.of(Metric.MIB_PER_SECOND, Arrays.stream(figures).boxed().toList()), "");
    }

    private static Result.Of failed(String name, String why) {
        return new Result.Of(name, "", Map.of(), why);
    }

    private String page(List<Result> results) throws Exception {
        Report.write(temp, Map.of("kernel", "1 < 2"), results);
        return Files.readString(temp.resolve(Report.HTML));
    }

    private static JsonArray charts(String page) {
        Matcher data = Pattern.compile("id=\"charts\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertTrue(data.find());
        return JsonParser.parseString(data.group(1)).getAsJsonArray();
    }

    private static List<String> titles(String page) {
        return charts(page).asList().stream().map(each -> each.getAsJsonObject().get("title").getAsString()).toList();
    }

    @Test
    void eachAxisWithSeveralPlacesHasItsCharts() throws Exception {
        String page = page(List.of(
                bulk(64, 1, whole("us", 1, 2, 3)), bulk(64, 2, whole("us", 4, 5, 6)), bulk(4096, 1, whole("us", 7, 8, 9), whole("them", 1, 1, 1)),
                bulk(4096, 2, whole("us", 1, 1, 1))));
        assertEquals(
                List.of(
                        "MiB/s by record size, 1 thread",
                        "MiB/s by record size, 2 threads",
                        "MiB/s by threads, records of 64 B",
                        "MiB/s by threads, records of 4 KiB"),
                titles(page));
        JsonObject first = charts(page).get(0).getAsJsonObject();
        assertEquals("[\"64 B\",\"4 KiB\"]", first.get("labels").toString());
        JsonObject us = first.getAsJsonArray("series").get(0).getAsJsonObject();
        assertEquals("[2.0,8.0]", us.get("medians").toString());
        assertEquals("[1.0,7.0]", us.get("least").toString());
        assertEquals("[3.0,9.0]", us.get("greatest").toString());
        assertTrue(page.contains("1 &lt; 2") && page.contains("flags of them"));
        assertTrue(page.contains("Chart.js") && page.contains("The MIT License"));
        assertFalse(page.contains("sourceMappingURL"));
        assertFalse(Pattern.compile("(src|href)=\"(?!#)").matcher(page).find(), "nothing is loaded from anywhere");
    }

    @Test
    void latenciesHaveChartsOnLogarithmicAxes() throws Exception {
        Map<Metric, List<Double>> figures = Map.of(
                Metric.PER_SECOND, List.of(5.0), Metric.P50_MICROS, List.of(80.0), Metric.P99_MICROS, List.of(200.0),
                Metric.P999_MICROS, List.of(900.0));
        Result result = new Result("commit", "commit-thr1", "commits", Metric.PER_SECOND, Map.of("thr", "1"), 1,
                List.of(new Result.Of("us", "", figures, ""), new Result.Of("them", "", figures, "")), List.of());
        JsonArray charts = charts(page(List.of(result)));
        assertEquals(2, charts.size());
        JsonObject latencies = charts.get(1).getAsJsonObject();
        assertEquals("[\"p50\",\"p99\",\"p99.9\"]", latencies.get("labels").toString());
        assertTrue(latencies.get("isLogarithmic").getAsBoolean());
    }

    @Test
    void failuresAndBarsWithoutAFigureAreShown() throws Exception {
        Result result = bulk(64, 1, failed("us", "IOException: disk on fire"), whole("C, written blocks", 5));
        result.bars().add(new Result.Judged(BAR, "C, written blocks", List.of(), Double.NaN, Bar.Verdict.MISSED));
        String page = page(List.of(result, bulk(64, 2, whole("us", 1), whole("C, written blocks", Double.NaN))));
        assertTrue(page.contains("role=\"alert\"") && page.contains("FAILED: IOException: disk on fire"), page);
        assertTrue(page.contains("nothing measured") && page.contains("<b>1</b> missed"), page);
        assertFalse(page.contains(">NaN<svg"));
    }

    @Test
    void theFileForMachinesIsJsonWithoutAFigureToo() throws Exception {
        Result result = bulk(64, 1, failed("us", "broken"));
        result.bars().add(new Result.Judged(BAR, "C, written blocks", List.of(Double.POSITIVE_INFINITY), Double.NaN, Bar.Verdict.MISSED));
        page(List.of(result));
        JsonReader strict = new JsonReader(new StringReader(Files.readString(temp.resolve(Report.JSON))));
        strict.setStrictness(Strictness.STRICT);
        strict.beginObject();
        while (strict.peek() != JsonToken.END_OBJECT) {
            String _ = strict.nextName();
            strict.skipValue();
        }
        strict.endObject();
        assertTrue(Files.readString(temp.resolve(Report.JSON)).contains("\"median\": null"));
    }

    @Test
    void hostileTextStaysText() throws Exception {
        Result result = new Result(HOSTILE, HOSTILE, HOSTILE, Metric.MIB_PER_SECOND, Map.of(HOSTILE, HOSTILE), 1,
                List.of(
                        new Result.Of(HOSTILE, HOSTILE, Map.of(Metric.MIB_PER_SECOND, List.of(1.0)), ""),
                        new Result.Of("other" + HOSTILE, HOSTILE, Map.of(), HOSTILE)),
                new ArrayList<>());
        result.bars().add(new Result.Judged(
                new Bar(HOSTILE, HOSTILE, Metric.MIB_PER_SECOND, List.of(HOSTILE), 1), HOSTILE, List.of(1.0), 1, Bar.Verdict.MET));
        Report.write(temp, Map.of(HOSTILE, HOSTILE), List.of(result));
        String page = Files.readString(temp.resolve(Report.HTML));
        assertFalse(page.contains("<script>alert"));
        assertFalse(page.contains("<!-- 100"));
        // The data, the library, the drawing.
        assertEquals(3, page.split("</script>", -1).length - 1);
        assertTrue(titles(page).getFirst().contains(HOSTILE));
    }

    @Test
    void aRunThatHasMeasuredNothingHasAPage() throws Exception {
        assertTrue(page(List.of()).contains("Nothing has been measured"));
    }
}

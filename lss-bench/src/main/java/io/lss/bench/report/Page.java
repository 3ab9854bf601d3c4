package io.lss.bench.report;

import com.google.gson.Gson;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The page for people: one file that needs no network. Everything but the charts is there without scripts, too. */
final class Page {

    private static final String LIBRARY = "/META-INF/resources/webjars/chart.js/";

    /** Escapes what would end a script element. */
    private static final Gson GSON = new Gson();

    private Page() {}

    static String of(Map<String, String> environment, List<Result> results) throws IOException {
        Map<String, List<Result>> groups = new LinkedHashMap<>();
        results.forEach(each -> groups.computeIfAbsent(each.group(), _ -> new ArrayList<>()).add(each));
        Contestants contestants = new Contestants(results);
        List<Chart> charts = new ArrayList<>();
        Html html = new Html();
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>LSS benchmarks</title>")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">")
                .raw("<meta http-equiv=\"Content-Security-Policy\" ")
                .raw("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">")
                .raw("<style>")
                .raw(resource("page.css"))
                .raw("</style></head><body><main>");
        top(html, environment, results);
        html.raw("<nav>");
        groups.keySet().forEach(each -> html.raw("<a href=\"#group-" + Html.anchor(each) + "\">").text(title(each)).raw("</a>"));
        html.raw("</nav><section><h2>Bars</h2><p class=\"note\">Ratios of each round, between contenders that ran in turn in it; of the limits named"
                + " together the best one counts. Only ratios within one run mean anything.</p>");
        BarTable.write(html, results);
        html.raw("</section>");
        groups.forEach((group, members) -> {
            html.raw("<section id=\"group-" + Html.anchor(group) + "\">").element("h2", title(group)).raw("<div class=\"charts\">");
            for (Chart chart : Charts.of(members, contestants)) {
                html.raw("<figure>").element("figcaption", chart.title())
                        .raw("<div><canvas data-chart=\"" + charts.size() + "\"></canvas></div></figure>");
                charts.add(chart);
            }
            html.raw("</div><h3>Figures</h3>");
            members.forEach(each -> ComparisonTable.write(html, each));
            html.raw("</section>");
        });
        html.raw("<noscript><p>The charts need scripts; the tables have all figures.</p></noscript></main>");
        html.raw("<script type=\"application/json\" id=\"charts\">").raw(GSON.toJson(charts)).raw("</script>");
        library(html);
        return html.raw("<script>").raw(resource("page.js")).raw("</script></body></html>\n").toString();
    }

    private static void top(Html html, Map<String, String> environment, List<Result> results) {
        html.raw("<h1>LSS benchmarks</h1><p class=\"note\">Medians; whiskers, and small figures, are the least and the greatest of the rounds."
                + " Contenders took turns; the first round does not count.</p><p class=\"verdicts\">");
        for (Bar.Verdict verdict : Bar.Verdict.values()) {
            html.raw("<span class=\"" + verdict + "\"><b>" + BarTable.count(results, verdict) + "</b> ").text(BarTable.word(verdict)).raw("</span>");
        }
        html.raw("</p>");
        List<Result> failed = results.stream().filter(each -> !each.contenders().stream().allMatch(Result.Of::isWhole)).toList();
        if (!failed.isEmpty()) {
            html.raw("<div class=\"failures\" role=\"alert\"><h2>Failed</h2><ul>");
            for (Result result : failed) {
                for (Result.Of each : result.contenders()) {
                    if (!each.isWhole()) {
                        html.raw("<li><b>").text(each.name()).raw("</b> in <a href=\"#" + Html.anchor(result.id()) + "\">").text(result.title());
                        html.raw("</a>: <code>").text(each.failure()).raw("</code></li>");
                    }
                }
            }
            html.raw("</ul></div>");
        }
        if (results.isEmpty()) {
            html.raw("<p>Nothing has been measured.</p>");
        }
        html.raw("<details class=\"environment\" open><summary>Machine and versions</summary><div class=\"wide\"><table><tbody>");
        environment.forEach((name, value) -> html.raw("<tr>").element("th", name).element("td", value).raw("</tr>"));
        html.raw("</tbody></table></div></details>");
    }

    private static String title(String group) {
        String words = group.replace('-', ' ');
        return words.isEmpty() ? "other" : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** The chart library with its licence, which asks to be kept with it; without the line that makes browsers look for more. */
    private static void library(Html html) throws IOException {
        Properties artifact = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/chart.js/pom.properties")) {
            artifact.load(in);
        }
        String folder = LIBRARY + artifact.getProperty("version");
        String licence = read(folder + "/LICENSE.md").replace("*/", "* /");
        String code = read(folder + "/dist/chart.umd.min.js").replaceAll("(?m)^//# sourceMappingURL=.*$", "");
        if ((licence + code).contains("</script")) {
            throw new IOException("the chart library would end its own script element");
        }
        html.raw("<script>/*\n").raw(licence).raw("*/\n").raw(code).raw("</script>");
    }

    private static String resource(String name) throws IOException {
        return read("/io/lss/bench/report/" + name);
    }

    private static String read(String path) throws IOException {
        try (InputStream in = open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String path) throws IOException {
        InputStream in = Page.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException(path + " is not on the class path");
        }
        return in;
    }
}

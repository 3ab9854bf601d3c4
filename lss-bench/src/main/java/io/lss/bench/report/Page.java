package io.lss.bench.report;

/** The page for people. */
final class Page {

    private Page() {}

    static String of(String json) {
        return "<!doctype html><meta charset=utf-8><title>LSS benchmarks</title><pre>" + json.replace("&", "&amp;").replace("<", "&lt;") + "</pre>\n";
    }
}

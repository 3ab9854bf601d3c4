package io.lss.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.lss.bench.run.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes what came of a run. */
public final class Report {

    /** The name of the file for machines. */
    public static final String JSON = "results.json";

    /** The name of the page for people. */
    public static final String HTML = "index.html";

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().serializeSpecialFloatingPointValues().create();

    /** What stands in the JSON file. */
    private record Content(Map<String, String> environment, List<Result> results) {}

    private Report() {}

    /** Writes both files, over those of a run before. */
    public static void write(Path directory, Map<String, String> environment, List<Result> results) throws IOException {
        Files.createDirectories(directory);
        String json = GSON.toJson(new Content(environment, results));
        Files.writeString(directory.resolve(JSON), json);
        Files.writeString(directory.resolve(HTML), Page.of(json));
    }
}

package io.lss.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import io.lss.bench.run.Result;
import java.io.IOException;
import java.lang.reflect.Type;
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

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .registerTypeAdapter(double.class, new FiniteOrNull())
            .registerTypeAdapter(Double.class, new FiniteOrNull())
            .create();

    /** JSON has no numbers that are none: a ratio that could not be made is null. */
    private static final class FiniteOrNull implements JsonSerializer<Double> {
        @Override
        public JsonElement serialize(Double value, Type type, JsonSerializationContext context) {
            return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
        }
    }

    /** What stands in the JSON file. */
    private record Content(Map<String, String> environment, List<Result> results) {}

    private Report() {}

    /** Writes both files, over those of a run before. */
    public static void write(Path directory, Map<String, String> environment, List<Result> results) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(JSON), GSON.toJson(new Content(environment, results)));
        Files.writeString(directory.resolve(HTML), Page.of(environment, results));
    }
}

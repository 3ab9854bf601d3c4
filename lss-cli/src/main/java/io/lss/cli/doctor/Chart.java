package io.lss.cli.doctor;

import io.lss.cli.frame.Reporting;
import io.lss.cli.text.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the doctor found, part by part: rows under a heading for people, an object a part for machines. */
final class Chart {

    private final Reporting reporting;
    private JsonObject part = new JsonObject();

    Chart(Reporting reporting) {
        this.reporting = reporting;
    }

    /** Begins a part: the machine, the location, a provider, the store. */
    void begin(String type, String heading) {
        part = new JsonObject().put("type", type);
        if (!reporting.isJson()) {
            reporting.screen().line(heading);
        }
    }

    /** Tells something: {@code value} to machines, {@code text} to people; empty text is for machines alone. */
    void tell(String name, @Nullable Object value, String label, String text) {
        part.put(name, value);
        if (!reporting.isJson() && !text.isEmpty()) {
            reporting.screen().line(String.format(Locale.ROOT, "  %-14s %s", label, text));
        }
    }

    /** Tells something that is the same text for both. */
    void tell(String name, String label, String text) {
        tell(name, text, label, text);
    }

    /** Ends a part. */
    void end() {
        if (reporting.isJson()) {
            reporting.json(part);
        } else {
            reporting.screen().line("");
        }
    }
}

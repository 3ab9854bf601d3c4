package io.lss.cli.doctor;

import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Screen;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the doctor found, part by part: rows under a heading for people, an object a part for machines. */
final class Chart {

    private final boolean json;
    private final Screen screen;
    private JsonObject part = new JsonObject();

    /** On a screen, as JSON or for people. */
    Chart(boolean json, Screen screen) {
        this.json = json;
        this.screen = screen;
    }

    /** Begins a part: the machine, the location, a provider, the store. */
    void begin(String type, String heading) {
        part = new JsonObject().put("type", type);
        if (!json) {
            screen.line(heading);
        }
    }

    /** Tells something: {@code value} to machines, {@code text} to people; empty text is for machines alone. */
    void tell(String name, @Nullable Object value, String label, String text) {
        part.put(name, value);
        if (!json && !text.isEmpty()) {
            screen.line(String.format(Locale.ROOT, "  %-14s %s", label, text));
        }
    }

    /** Tells something that is the same text for both. */
    void tell(String name, String label, String text) {
        tell(name, text, label, text);
    }

    /** Ends a part. */
    void end() {
        if (json) {
            screen.line(part.toString());
        } else {
            screen.line("");
        }
    }
}

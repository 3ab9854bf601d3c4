package io.lss.cli.text;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object, its members in the order in which they were put. Values are null, {@link String}, {@link Boolean},
 * {@link Number} (what is not finite becomes null), {@link JsonObject}, {@link Iterable} and {@link Map} of such, or an enum constant, written as its name
 * in lower case with hyphens.
 */
public final class JsonObject {
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

    /** An object without members. */
    public JsonObject() {}

    /**
     * Adds a member, or replaces one.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public JsonObject put(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    /** {@return the object in one line, ASCII only} */
    @Override
    public String toString() {
        return text(members);
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case JsonObject object -> text(object.members);
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(each -> quoted(String.valueOf(each.getKey())) + ":" + text(each.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case Iterable<?> list -> list(list);
            case Double number -> Double.isFinite(number) ? number.toString() : "null";
            case Float number -> Float.isFinite(number) ? number.toString() : "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case Enum<?> constant -> quoted(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            case CharSequence text -> quoted(text);
            default -> throw new IllegalArgumentException("JSON has nothing for a " + value.getClass().getName());
        };
    }

    private static String list(Iterable<?> values) {
        StringBuilder text = new StringBuilder("[");
        for (Object value : values) {
            text.append(text.length() == 1 ? "" : ",").append(text(value));
        }
        return text.append(']').toString();
    }

    private static String quoted(CharSequence text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c >= ' ' && c < 0x7F) {
                        quoted.append(c);
                    } else {
                        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}

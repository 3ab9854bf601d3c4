package io.lss.bench.report;

import java.util.Locale;

/** Builds text of a page. Whatever comes from outside goes through {@link #text}; what is markup goes through {@link #raw}. */
final class Html {

    private final StringBuilder out = new StringBuilder();

    /** {@return text that means itself between tags and in quoted attributes} */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** {@return a name for an id attribute and its links} */
    static String anchor(String name) {
        return name.replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** Adds markup. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /** {@return a number in markup, with one digit behind the point} */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Adds text. */
    Html text(String text) {
        out.append(escape(text));
        return this;
    }

    /** Adds an element that holds text. */
    Html element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name.split(" ", 2)[0] + ">");
    }

    /** Adds a table's cell of a class that holds text. */
    Html cell(String kind, String text) {
        return element("td class=\"" + kind + "\"", text);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}

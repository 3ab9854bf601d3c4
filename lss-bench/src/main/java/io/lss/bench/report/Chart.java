package io.lss.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chart shows; {@code page.js} draws it.
 *
 * @param title above it
 * @param isLine whether values are joined; otherwise they are bars
 * @param x what the labels are
 * @param y what the values are
 * @param isLogarithmic whether the values' axis is
 * @param labels along the x axis
 * @param series in the order of the legend
 */
record Chart(String title, boolean isLine, String x, String y, boolean isLogarithmic, List<String> labels, List<Series> series) {

    /**
     * One contender.
     *
     * @param name of it
     * @param number it has on this page: the same colour everywhere
     * @param role {@code ours}, {@code limit} or {@code other}
     * @param medians one for each label; null where nothing was measured
     * @param least of each
     * @param greatest of each
     */
    record Series(
            String name, int number, String role, List<@Nullable Double> medians, List<@Nullable Double> least, List<@Nullable Double> greatest) {}
}

package io.lss.faults.mutants;

import java.util.ArrayList;
import java.util.List;

/**
 * One defect.
 *
 * @param name what is wrong
 * @param changes of the sources
 * @param layer which must catch it
 * @param properties system properties for that layer's process
 * @param words the violation must have one of these: to be caught by accident proves nothing
 */
record Mutant(String name, List<Change> changes, String layer, List<String> properties, List<String> words) {

    /**
     * Lines of a source replaced.
     *
     * @param file below the tree
     * @param from what is there, exactly once
     * @param to what is there instead
     */
    record Change(String file, String from, String to) {}

    Mutant(String name, String layer, Change... changes) {
        this(name, List.of(changes), layer, List.of(), List.of());
    }

    Mutant with(String... more) {
        return new Mutant(name, changes, layer, List.of(more), words);
    }

    /** {@return the parts of the layer without which it cannot be caught} */
    List<String> needs() {
        List<String> needs = new ArrayList<>(List.of("all"));
        if (name.startsWith("uring:")) {
            needs.add("uring");
        }
        properties.forEach(each -> needs.add(each.substring(each.indexOf('=') + 1))); // the one scenario it is about
        return needs;
    }

    Mutant caughtBy(String... some) {
        return new Mutant(name, changes, layer, properties, List.of(some));
    }
}

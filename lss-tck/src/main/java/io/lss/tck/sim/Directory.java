package io.lss.tck.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The name space: which number stands for which file, as reads see it and as power loss would leave it. Guarded by the
 * medium's monitor.
 */
final class Directory {

    /** A change that is not durable. Until it is applied, nobody but a crash can make it happen. */
    static final class Change {
        private final boolean creation;
        private final SimulatedFile file;
        private boolean applied;

        private Change(boolean creation, SimulatedFile file, boolean applied) {
            this.creation = creation;
            this.file = file;
            this.applied = applied;
        }

        private void applyTo(Map<Long, SimulatedFile> names, SimulatedFile target) {
            if (creation) {
                names.put(target.number(), target);
            } else {
                names.remove(target.number());
            }
        }
    }

    private final TreeMap<Long, SimulatedFile> seen = new TreeMap<>();
    private final TreeMap<Long, SimulatedFile> durable = new TreeMap<>();
    private final List<Change> unsynced = new ArrayList<>();

    /** {@return the files there are, by number, ascending} */
    Collection<SimulatedFile> files() {
        return seen.values();
    }

    /** {@return the numbers in use, ascending} */
    Set<Long> numbers() {
        return seen.keySet();
    }

    /** {@return the file of a number, null if there is none} */
    @Nullable SimulatedFile get(long number) {
        return seen.get(number);
    }

    /** Begins to create or delete a name: from now on a crash may leave it done. */
    Change begin(boolean creation, SimulatedFile file) {
        var change = new Change(creation, file, false);
        unsynced.add(change);
        return change;
    }

    /** Takes a change back that did not happen. */
    void forget(Change change) {
        unsynced.remove(change);
    }

    /** Does a change: everybody sees it, power loss may undo it. */
    void apply(Change change) {
        change.applied = true;
        change.applyTo(seen, change.file);
    }

    /** Makes every change that was applied durable. */
    void sync() {
        for (Change change : List.copyOf(unsynced)) {
            if (change.applied) {
                change.applyTo(durable, change.file);
                unsynced.remove(change);
            }
        }
    }

    /** Puts a file, durable at once. */
    void put(SimulatedFile file) {
        seen.put(file.number(), file);
        durable.put(file.number(), file);
    }

    /** Removes a name, durable at once. */
    void remove(long number) {
        seen.remove(number);
        durable.remove(number);
    }

    /** {@return every file that a name stands for now, or may after a crash, each once} */
    Set<SimulatedFile> reachable() {
        Set<SimulatedFile> all = new LinkedHashSet<>(seen.values());
        all.addAll(durable.values());
        unsynced.forEach(change -> all.add(change.file));
        return all;
    }

    /**
     * {@return this directory after power loss}; with {@code showHalfMade}, creations it interrupted leave files
     * nobody can open
     */
    Directory afterCrash(Fate fate, boolean showHalfMade, UnaryOperator<SimulatedFile> halfMade) {
        var names = new TreeMap<>(durable);
        for (Change change : unsynced) {
            if (fate.keeps()) {
                change.applyTo(names, change.file);
            } else if (showHalfMade && change.creation) {
                names.put(change.file.number(), halfMade.apply(change.file));
            }
        }
        var copy = new Directory();
        for (SimulatedFile file : names.values()) {
            copy.put(file.afterCrash(fate));
        }
        return copy;
    }

    /** {@return this directory after the death of the process}; {@code copies} maps each reachable file to its copy */
    Directory afterKill(
            Fate fate,
            IdentityHashMap<SimulatedFile, SimulatedFile> copies,
            boolean showHalfMade,
            UnaryOperator<SimulatedFile> halfMade) {
        var copy = new Directory();
        seen.values().forEach(file -> copy.seen.put(file.number(), copyOf(file, copies)));
        durable.values().forEach(file -> copy.durable.put(file.number(), copyOf(file, copies)));
        for (Change change : unsynced) {
            if (change.applied || fate.keeps()) {
                var done = new Change(change.creation, copyOf(change.file, copies), true);
                copy.unsynced.add(done);
                if (!change.applied) {
                    done.applyTo(copy.seen, done.file);
                }
            } else if (showHalfMade && change.creation) {
                copy.put(halfMade.apply(change.file));
            }
        }
        return copy;
    }

    /** {@return the numbers whose creation power loss may undo} */
    Stream<Long> uncertainCreations() {
        return unsynced.stream().filter(change -> change.creation).map(change -> change.file.number());
    }

    /** {@return what a file was copied to} */
    static SimulatedFile copyOf(SimulatedFile file, IdentityHashMap<SimulatedFile, SimulatedFile> copies) {
        SimulatedFile copy = copies.get(file);
        if (copy == null) {
            throw new IllegalStateException("no copy of segment " + file.number());
        }
        return copy;
    }

    /** {@return a hash of names and durable content} */
    long hash() {
        long sum = durable.size();
        for (SimulatedFile file : durable.values()) {
            sum += ContentHash.combine(file.number(), file.hash());
        }
        return sum;
    }

    @Override
    public String toString() {
        var drawing = new StringBuilder();
        for (SimulatedFile file : seen.values()) {
            drawing.append("\n  segment ").append(file.number()).append(' ').append(file);
            if (durable.get(file.number()) != file) {
                drawing.append(", name not durable");
            }
        }
        for (SimulatedFile file : durable.values()) {
            if (!seen.containsKey(file.number())) {
                drawing.append("\n  segment ").append(file.number()).append(" deleted, not durable");
            }
        }
        return drawing.toString();
    }
}

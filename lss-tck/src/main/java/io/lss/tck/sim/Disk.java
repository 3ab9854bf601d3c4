package io.lss.tck.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** All that persists: names, files, root copies. Guarded by the medium's monitor. */
final class Disk {

    private static final int BURIED = 4;

    private final int blockSize;
    private Directory directory = new Directory();
    private final RootCopy[] roots = {new RootCopy(), new RootCopy()};
    /** Numbers whose creation somebody was told of, and a crash did not undo. */
    private final Set<Long> used = new HashSet<>();
    /** Files without a name that a dead owner's writes are still on their way to. */
    private final List<SimulatedFile> unlinked = new ArrayList<>();
    /** The files deleted last, whose content new ones may begin with. */
    private final Deque<SimulatedFile> buried = new ArrayDeque<>();
    /** Files to be reused, by devices with {@link Flaw#REUSES_FOREIGN_SPACE} only. */
    private final Deque<SimulatedFile> spares = new ArrayDeque<>();
    private long capacity = Long.MAX_VALUE;
    private long salts;

    Disk(int blockSize) {
        this.blockSize = blockSize;
    }

    int blockSize() {
        return blockSize;
    }

    Directory directory() {
        return directory;
    }

    RootCopy root(int copy) {
        return roots[copy];
    }

    long capacity() {
        return capacity;
    }

    void capacity(long bytes) {
        capacity = bytes;
    }

    /** {@return whether a segment of that size fits} */
    boolean fits(long bytes) {
        long free = capacity;
        for (SimulatedFile file : directory.files()) {
            free -= file.size();
        }
        return bytes <= free;
    }

    /** {@return whether anybody ever wrote a root} */
    boolean holdsStore() {
        return roots[0].seen() != null || roots[1].seen() != null;
    }

    /** {@return whether a segment of that number exists or did} */
    boolean isUsed(long number) {
        return used.contains(number) || directory.get(number) != null;
    }

    /** Says that the creation of a segment was reported. */
    void use(long number) {
        used.add(number);
    }

    /** {@return a file that has no name yet} */
    SimulatedFile newFile(long number, long bytes, FreshContent fresh, Fate choice) {
        SimulatedFile spare = spares.poll();
        if (spare != null) {
            spare.rename(number, bytes);
            return spare;
        }
        salts++;
        if (fresh == FreshContent.RECYCLED && !buried.isEmpty()) {
            SimulatedFile old = buried.stream().skip(choice.oneOf(buried.size())).findFirst().orElseThrow();
            return old.recycledAs(number, bytes, salts);
        }
        return new SimulatedFile(number, bytes, blockSize, salts, false);
    }

    /** Takes a file over whose name is gone. */
    void bury(SimulatedFile file, boolean reuse) {
        if (reuse) {
            spares.add(file);
            return;
        }
        if (file.orphans() > 0) {
            unlinked.add(file);
        }
        buried.add(file);
        if (buried.size() > BURIED) {
            buried.remove();
        }
    }

    private Stream<SimulatedFile> files() {
        return Stream.of(directory.reachable().stream(), unlinked.stream(), spares.stream()).flatMap(s -> s).distinct();
    }

    int orphans() {
        return files().mapToInt(SimulatedFile::orphans).sum();
    }

    int landOrphans() {
        int landed = files().mapToInt(SimulatedFile::landOrphans).sum();
        unlinked.clear();
        return landed;
    }

    void settleLost(Fate fate) {
        files().forEach(file -> file.settleLost(fate));
    }

    /** {@return what power loss leaves of this disk} */
    Disk afterCrash(Fate fate, boolean showHalfMade) {
        Disk copy = emptyCopy();
        copy.directory = directory.afterCrash(fate, showHalfMade, this::halfMade);
        for (int i = 0; i < roots.length; i++) {
            copy.roots[i] = roots[i].afterCrash(fate);
        }
        directory.uncertainCreations().forEach(copy.used::remove);
        return copy;
    }

    /** {@return what the death of its user leaves of this disk} */
    Disk afterKill(Fate fate, boolean late, boolean showHalfMade) {
        Disk copy = emptyCopy();
        var copies = new IdentityHashMap<SimulatedFile, SimulatedFile>();
        files().forEach(file -> copies.put(file, file.afterKill(fate, late)));
        copy.directory = directory.afterKill(fate, copies, showHalfMade, this::halfMade);
        for (int i = 0; i < roots.length; i++) {
            copy.roots[i] = roots[i].afterKill(fate);
        }
        unlinked.forEach(file -> copy.unlinked.add(Directory.copyOf(file, copies)));
        return copy;
    }

    private Disk emptyCopy() {
        var copy = new Disk(blockSize);
        copy.capacity = capacity;
        copy.salts = salts;
        copy.used.addAll(used);
        buried.forEach(file -> copy.buried.add(file.durableCopy(file.number())));
        return copy;
    }

    private SimulatedFile halfMade(SimulatedFile file) {
        return new SimulatedFile(file.number(), 0, blockSize, 0, true);
    }

    /** {@return a hash of the durable content} */
    long hash() {
        return ContentHash.combine(directory.hash(), ContentHash.combine(roots[0].hash(), roots[1].hash()));
    }

    @Override
    public String toString() {
        return "root 0: " + roots[0] + ", root 1: " + roots[1] + directory;
    }
}

package io.lss.faults.block;

import io.lss.faults.block.WriteLog.Entry;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Chooses when the power goes: where it hurts, and anywhere. */
final class Points {

    /** "LSSS": a segment begins. */
    private static final int SEGMENT = 'L' | 'S' << 8 | 'S' << 16 | 'S' << 24;

    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** After the last run has died, what is unmounted is no news. */
    private static final int AFTER_THE_END = 20;

    private static final int AROUND = 8;

    private final SplittableRandom random;
    private final int first;
    private final int last;
    private final List<Integer> stable;
    private final List<Integer> told;
    private final List<Integer> flushes = new ArrayList<>();
    private final List<Integer> segments = new ArrayList<>();

    Points(Recording recording, SplittableRandom random) {
        this.random = random;
        List<Entry> entries = recording.entries();
        first = recording.mounted();
        last = Math.min(entries.size(), recording.ends().getLast() + AFTER_THE_END);
        stable = recording.acknowledgements(true);
        told = recording.acknowledgements(false);
        for (int i = first; i < last; i++) {
            Entry entry = entries.get(i);
            if (entry.isFlush()) {
                flushes.add(i);
            } else if (entry.data().byteSize() >= 4096 && entry.data().get(U32, 0) == SEGMENT) {
                segments.add(i);
            }
        }
    }

    /** {@return that many points, fewer if there are not as many, in ascending order: how many entries the disk has got} */
    static Set<Integer> choose(Recording recording, SplittableRandom random) {
        Points points = new Points(recording, random);
        TreeSet<Integer> chosen = new TreeSet<>();
        int wanted = Math.min(recording.plan().points(), (points.last - points.first) / 2);
        while (chosen.size() < wanted) {
            boolean reopening = recording.plan().killed() && random.nextBoolean();
            chosen.add(reopening ? points.aroundReopening(recording) : points.next());
        }
        return chosen;
    }

    private int next() {
        return bounded(switch (random.nextInt(10)) {
            case 0, 1, 2 -> oneOf(stable);
            case 3 -> oneOf(told) + random.nextInt(2);
            case 4, 5 -> oneOf(flushes);
            case 6 -> oneOf(segments) + random.nextInt(2 * AROUND) - AROUND;
            default -> first + random.nextInt(last - first);
        });
    }

    /** A third of them while the store is opened again, the others shortly before or after. */
    private int aroundReopening(Recording recording) {
        int died = recording.ends().getFirst();
        int opened = Math.max(died, recording.reopened());
        return bounded(switch (random.nextInt(3)) {
            case 0 -> died - random.nextInt(3 * AROUND);
            case 1 -> died + random.nextInt(opened - died + 1);
            default -> opened + random.nextInt(3 * AROUND);
        });
    }

    private int oneOf(List<Integer> places) {
        return places.isEmpty() ? first + random.nextInt(last - first) : places.get(random.nextInt(places.size()));
    }

    private int bounded(int point) {
        return Math.clamp(point, first, last);
    }
}

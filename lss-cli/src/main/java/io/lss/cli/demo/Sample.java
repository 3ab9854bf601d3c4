package io.lss.cli.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Some records of a log, each as likely as any other (reservoir sampling). Used by one thread. */
final class Sample {
    /** A record and where it is. */
    record Found(long lsn, Cut cut) {}

    private final int size;
    private final SplittableRandom random;
    private final List<Found> found = new ArrayList<>();
    private long seen;

    Sample(int size, long seed) {
        this.size = size;
        random = new SplittableRandom(seed);
    }

    void add(long lsn, Cut cut) {
        seen++;
        if (found.size() < size) {
            found.add(new Found(lsn, cut));
        } else {
            long index = random.nextLong(seen);
            if (index < size) {
                found.set((int) index, new Found(lsn, cut));
            }
        }
    }

    /** {@return the records chosen, in random order} */
    List<Found> shuffled() {
        List<Found> order = new ArrayList<>(found);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        return order;
    }
}

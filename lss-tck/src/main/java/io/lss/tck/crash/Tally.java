package io.lss.tck.crash;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was tried; shared by the threads of a sweep. */
final class Tally {

    final LongAdder programs = new LongAdder();
    final LongAdder moments = new LongAdder();
    final LongAdder images = new LongAdder();
    final LongAdder imagesInRecovery = new LongAdder();
    final LongAdder opens = new LongAdder();
    private final Set<Long> hashes = ConcurrentHashMap.newKeySet();

    void image(long hash, boolean inRecovery) {
        images.increment();
        if (inRecovery) {
            imagesInRecovery.increment();
        }
        hashes.add(hash);
    }

    CrashReport report() {
        return new CrashReport(programs.sum(), moments.sum(), images.sum(), imagesInRecovery.sum(), hashes.size(), opens.sum());
    }
}

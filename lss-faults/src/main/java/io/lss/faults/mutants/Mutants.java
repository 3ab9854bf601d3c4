package io.lss.faults.mutants;

import io.lss.faults.mutants.Mutant.Change;
import java.util.List;

/** The mutants. Each is a defect that storage engines have had. */
final class Mutants {

    private static final String CORE = "lss-core/src/main/java/io/lss/core/";

    // What was acknowledged is gone: the oracle misses it, or recovery itself does, which finds it on record as stable.
    private static final String LOST = "acknowledged";
    private static final String CORRUPT = "StoreCorruptException: store corrupt at LSN";

    static final List<Mutant> ALL = List.of(
            new Mutant("engine: the watermark moves in order of arrival, over holes", "sim",
                            new Change(CORE + "Flusher.java",
                                    "} else if (unit.isDone()) {",
                                    "} else if (unit.isDone()) { written = Math.max(written, unit.endLsn);"),
                            new Change(CORE + "Flusher.java", " written = unit.endLsn;", " written = Math.max(written, unit.endLsn);"))
                    .caughtBy(LOST),
            new Mutant("engine: recovery goes on behind a hole", "sim",
                            new Change(CORE + "recovery/RecoveryWalk.java", "case LOOK_BEHIND -> {", """
                                    case LOOK_BEHIND -> {
                                        long beyond = p;
                                        long limit = header == null ? p : header.base() + header.segmentSize();
                                        for (long q = p + identity.blockSize(); q < limit && beyond == p; q += identity.blockSize()) {
                                            if (probe.probe(source(number), header, q - header.base()) == RecoveryTable.Unit.VALID) {
                                                beyond = q;
                                            }
                                        }
                                        if (beyond > p) {
                                            p = beyond;
                                            continue;
                                        }
                                    """))
                    .caughtBy("a hole", "no unit header in segment"),
            new Mutant("engine: recovery does not sync what it adopts", "sim",
                            new Change(CORE + "StoreOpening.java", " sync(number);", " checkBlockSize(4096);"))
                    .caughtBy(LOST, CORRUPT),
            new Mutant("engine: no new session on record before the first append", "sim",
                            new Change(CORE + "StoreOpening.java",
                                    "roots.update(r -> log.nextRoot());",
                                    "roots = new RootKeeper(device, log.segments().deviceLock(), log.nextRoot(), 1 - log.bestCopy());"))
                    .caughtBy("does not go with the root"));

    private Mutants() {}
}

package io.lss.faults.mutants;

import io.lss.faults.mutants.Mutant.Change;
import java.util.List;

/** The mutants. Each is a defect that storage engines have had. */
final class Mutants {

    private static final String CORE = "lss-core/src/main/java/io/lss/core/";
    private static final String FILE_CHANNEL = "lss-fallback-filechannel/src/main/java/io/lss/filechannel/";
    private static final String URING = "lss-uring/src/main/java/io/lss/uring/";
    private static final String LOCAL_FILES = "lss-localfiles/src/main/java/io/lss/localfiles/";

    // What was acknowledged is gone: the oracle misses it, or recovery itself does, which finds it on record as stable.
    private static final String LOST = "acknowledged";
    private static final String CORRUPT = "StoreCorruptException: store corrupt at LSN";

    static final List<Mutant> ALL = List.of(
            new Mutant("engine: the watermark moves in order of arrival, over holes", "sim",
                            new Change(CORE + "Flusher.java",
                                    "} else if (unit.isDone()) {",
                                    "} else if (unit.isDone()) { marks.passed(unit);"),
                            new Change(CORE + "Watermarks.java", " void publish() {",
                                    " void passed(FlushUnit unit) { written = Math.max(written, unit.endLsn); } void publish() {"),
                            new Change(CORE + "Watermarks.java", " written = unit.endLsn;",
                                    " written = Math.max(written, unit.endLsn);"))
                    .caughtBy(LOST),
            new Mutant("engine: recovery goes on behind a hole", "sim",
                            new Change(CORE + "recovery/RecoveryWalk.java", "case LOOK_BEHIND -> {", """
                                    case LOOK_BEHIND -> {
                                        long beyond = p;
                                        long limit = header == null ? p : header.base() + header.segmentSize();
                                        for (long q = p + identity.blockSize();
                                                q < limit && beyond == p;
                                                q += identity.blockSize()) {
                                            if (probe.probe(source(number), header, q - header.base())
                                                    == RecoveryTable.Unit.VALID) {
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
                                    "roots = new RootKeeper(device, log.segments().deviceLock(), log.nextRoot(),"
                                            + " 1 - log.bestCopy());"))
                    .caughtBy("does not go with the root"),
            new Mutant("engine: the last of several waiters is forgotten", "soak",
                            new Change(CORE + "StableWaiters.java", "            from.remove();\n            w.next = taken;", """
                                                from.remove();
                                                if (taken != null && from.isEmpty()) {
                                                    break;
                                                }
                                                w.next = taken;"""))
                    .caughtBy("still waiting"),
            new Mutant("filechannel: a write is acknowledged when it is submitted", "kill",
                            new Change(FILE_CHANNEL + "FileSegment.java",
                                    "device.writers().offer(new WriteTask(this, src, position, durable, completion));",
                                    "device.writers().offer(new WriteTask(this, src, position, durable, (b, f) -> {}));\n"
                                            + "completion.done(src.byteSize(), null);"))
                    .caughtBy(LOST, CORRUPT),
            new Mutant("engine: a unit counts as written when it is issued", "sim",
                            new Change(CORE + "FlushUnit.java", "        return done;", "        return true;"))
                    .caughtBy(LOST, CORRUPT),
            new Mutant("engine: the checksum of a record is not checked", "rot",
                            new Change(CORE + "format/FrameDescriptor.java",
                                    "return payloadCrc(view, checksums, offset, length) == crc(memory, offset)"
                                            + " ? FrameFault.NONE : FrameFault.CHECKSUM;",
                                    "return FrameFault.NONE;"))
                    .caughtBy("published was one", "a record of", "verification finds nothing"),
            new Mutant("filechannel: nothing is synced", "block",
                            new Change(FILE_CHANNEL + "FileSegment.java", "channel.force(false);", "channel.size();"),
                            new Change(FILE_CHANNEL + "FileOpener.java",
                                    "StandardOpenOption.WRITE, StandardOpenOption.DSYNC);", "StandardOpenOption.WRITE);"))
                    .caughtBy(LOST, CORRUPT),
            new Mutant("uring: nothing is synced", "block",
                            new Change(URING + "Entries.java",
                                    "                Ring.OP_FSYNC,\n                place >= 0 ? Ring.SQE_FIXED_FILE : 0,",
                                    "                0,\n                0,"),
                            new Change(URING + "Entries.java", "                Ring.FSYNC_DATASYNC,", "                0,"),
                            new Change(URING + "Entries.java", "write.way == Durable.RWF_DSYNC ? FileCalls.RWF_DSYNC : 0,", "0,"),
                            new Change(URING + "linux/FileCalls.java", "iovec, 1, position, RWF_DSYNC)", "iovec, 1, position, 0)"))
                    .caughtBy(LOST, CORRUPT),
            new Mutant("filechannel: a short write is taken for a whole one", "system",
                            new Change(FILE_CHANNEL + "FileSegment.java",
                                    "while (source.hasRemaining() && target.write(source, position + source.position()) > 0) {",
                                    "if (target.write(source, position + source.position()) < 0) {"),
                            new Change(FILE_CHANNEL + "FileSegment.java", "if (source.hasRemaining()) {", "if (cause != null) {"))
                    .with("-Dlss.faults.scenario=file-size-limit-filechannel")
                    .caughtBy(LOST, CORRUPT),
            new Mutant("uring: a short write is taken for a whole one", "system",
                            new Change(URING + "RequestQueue.java", "if (done == write.length) {", "if (done > 0) {"),
                            new Change(URING + "LoneWrite.java", "while (write.done < write.length) {",
                                    "while (write.done == 0) {"))
                    .with("-Dlss.faults.scenario=file-size-limit-uring")
                    .caughtBy(LOST, CORRUPT),
            new Mutant("local files: a directory is not synced", "order",
                            new Change(LOCAL_FILES + "DirectorySync.java",
                                    "        if (supported) {\n            sync(directory);",
                                    "        if (!supported) {\n            sync(directory);"))
                    .caughtBy("before it has synced the directory"));

    private Mutants() {}
}

package io.lss.bench.limit;

import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.List;

/** Bare loops over a file, as a program without a store would write them. Limits, not peers: nothing is framed, checked or recovered. */
public final class LoopSubjects {

    private LoopSubjects() {}

    /** {@return all} */
    public static List<Subject> all() {
        return List.of(
                new Subject(
                        "filechannel-loop",
                        "FileChannel loop",
                        javaVersion(),
                        "1 MiB direct buffer, FileChannel.write, force(false); no framing, no checksum, no recovery; one lock",
                        List.of(),
                        (directory, work) -> new ChannelLoopLog(directory, onNewSpace(work))),
                new Subject(
                        "mapped-loop",
                        "mapped loop",
                        javaVersion(),
                        "file mapped 64 MiB at a time, MemorySegment.force; no framing, no checksum, no recovery; one lock",
                        List.of(),
                        (directory, work) -> new MappedLoopLog(directory, onNewSpace(work))));
    }

    private static String javaVersion() {
        return "Java " + Runtime.version();
    }

    private static Work onNewSpace(Work work) {
        if (work.steady()) {
            throw new IllegalArgumentException("a bare loop has no space to use again: " + work.line());
        }
        return work;
    }
}

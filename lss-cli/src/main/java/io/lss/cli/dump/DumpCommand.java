package io.lss.cli.dump;

import io.lss.cli.ExitCode;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Terminal;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lss dump}. */
@Command(
        name = "dump",
        description = "Shows what a store's files hold: root copies, segments, flush units and frames.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nThe store is locked and not recovered, and none of it is changed; it may be one that does not open, and its file system may be"
                + " mounted read-only. What is bad is shown where it is, and the rest all the same: the exit code says nothing about it ('lss verify' does).%n"
                + "%nExamples:%n",
        footer = {
            "  lss dump data                        everything",
            "  lss dump data --units --segment 3    the units of segment 3",
            "  lss dump data --from 1000 --to 5000 --payload 64",
            "                                       the frames there, and 64 bytes of each",
            "  lss dump data --json | grep '\"fault\":\"'",
            "                                       what is bad"
        })
public final class DumpCommand implements Callable<Integer> {

    @Mixin
    private StoreArgument store = new StoreArgument();

    @Mixin
    private Reporting reporting = new Reporting();

    @Option(names = "--segment", paramLabel = "N", description = "Only this segment; may be given several times.")
    private long @Nullable [] segments;

    @Option(names = "--from", paramLabel = "LSN", description = "Only what is at or above this LSN, or reaches it.")
    private long from;

    @Option(names = "--to", paramLabel = "LSN", description = "Only what is below this LSN.")
    private long to = Long.MAX_VALUE;

    @Option(names = "--units", description = "Units without their frames.")
    private boolean unitsOnly;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "Show so many of the first bytes of each record and of the application root. Default: none.")
    private int preview;

    /** Made by the command line parser. */
    public DumpCommand() {}

    @Override
    public Integer call() throws IOException {
        if (from < 0 || to <= from) {
            throw reporting.wrong("--from " + from + " --to " + to + " is no range: give LSNs from 0, the second the higher");
        }
        if (preview < 0) {
            throw reporting.wrong("--payload " + preview + " is negative; give how many bytes to show");
        }
        DumpSink sink = reporting.isJson()
                ? new JsonDump(reporting.streams(), preview)
                : new TextDump(reporting.streams(), preview);
        try (StoreInspection inspection = store.inspect(reporting)) {
            long[] wanted = wanted(inspection);
            if (segments == null) {
                for (RootCopy copy : inspection.roots()) {
                    sink.root(copy, copy.root() != null && Objects.equals(copy.root(), inspection.root()));
                }
            }
            LogEnds ends = LogEnds.of(inspection);
            AtomicLong done = new AtomicLong();
            try (Progress _ = Terminal.isStandardOutputFile()
                    ? reporting.screen().progress("reading", wanted.length * inspection.segmentSize(), done::get)
                    : Progress.hidden()) {
                for (int i = 0; i < wanted.length; i++) {
                    segment(inspection, wanted[i], ends.of(wanted[i]), sink, done, i * inspection.segmentSize());
                }
            }
        }
        return ExitCode.OK.code();
    }

    private long[] wanted(StoreInspection inspection) {
        long[] all = inspection.segments();
        long[] asked = segments;
        if (asked == null) {
            return all;
        }
        for (long number : asked) {
            if (Arrays.binarySearch(all, number) < 0) {
                throw reporting.wrong("--segment " + number + ": there is none; the segments are " + Arrays.toString(all));
            }
        }
        return asked;
    }

    /** {@return whether the root has nothing of a segment on record} */
    private static boolean isUnused(@Nullable Root root, long number) {
        return root != null
                && number >= root.firstSegment()
                && root.stableLsn() <= number * root.segmentSize() + root.blockSize();
    }

    private void segment(StoreInspection inspection, long number, long end, DumpSink sink, AtomicLong done, long before)
            throws IOException {
        try (SegmentView view = inspection.view(number, true)) {
            SegmentHeader header = view.header();
            if (header == null) {
                sink.segment(view, end, isUnused(inspection.root(), number));
            } else if (header.base() < to && header.base() + header.segmentSize() > from) {
                sink.segment(view, end, false);
                LsnRange range = new LsnRange(sink, !unitsOnly, from, to);
                sink.segmentEnd(new SegmentWalk(view, header).walk(new Position(range, done, header.base(), before)));
            }
        }
    }
}

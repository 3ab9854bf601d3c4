package io.lss.cli.dump;

import io.lss.cli.frame.Streams;
import io.lss.cli.text.Quantity;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/** A dump for people: a line for each thing, its position and LSN first; what is bad says BAD and why. */
final class TextDump implements DumpSink {

    /** So many lines may be written before it is asked whether anybody reads them. */
    private static final int LINES_PER_FLUSH = 512;

    private final Streams streams;
    private final int preview;
    private long end = -1;
    private long base;
    private int lines;

    /** A dump that shows so many bytes of each payload. */
    TextDump(Streams streams, int preview) {
        this.streams = streams;
        this.preview = preview;
    }

    private void line(String format, Object... values) throws IOException {
        streams.report().print(String.format(Locale.ROOT, format, values).stripTrailing());
        streams.report().print('\n');
        if (++lines % LINES_PER_FLUSH == 0) {
            streams.flush();
        }
    }

    @Override
    public void root(RootCopy copy, boolean used) throws IOException {
        Root root = copy.root();
        if (root == null) {
            line("root copy %d  BAD: %s", copy.copy(), copy.fault());
            return;
        }
        line("root copy %d  good%s: sequence %d, %s", copy.copy(), used ? ", in use" : "", root.sequence(), root.closed() ? "closed" : "not closed");
        line("  store %s, segment size %d, block size %d", new UUID(root.uuidHigh(), root.uuidLow()), root.segmentSize(), root.blockSize());
        line("  session %d from segment %d; before it the log ends %s", root.session(), root.firstSegment(),
                root.predecessor() == 0 ? "nowhere: this is the first" : "in segment " + root.predecessor() + " at LSN " + root.predecessorEnd());
        line("  begin LSN %d, recorded stable LSN %d, application root %d bytes", root.beginLsn(), root.stableLsn(), root.appRoot().length);
        preview(root.appRoot());
    }

    private void preview(byte[] bytes) throws IOException {
        byte[] shown = Arrays.copyOf(bytes, Math.min(preview, bytes.length));
        for (int from = 0; from < shown.length; from += Preview.WIDTH) {
            line("%32s%s", "", Preview.line(shown, from));
        }
    }

    @Override
    public void segment(SegmentView view, long leftAt, boolean unused) throws IOException {
        end = leftAt;
        line("");
        SegmentHeader header = view.header();
        if (header == null && unused) {
            line("segment %d  unused: made ready, and nothing was written to it that arrived", view.number());
            return;
        }
        if (header == null) {
            line("segment %d  BAD header: %s; its units cannot be checked", view.number(), view.headerFault());
            return;
        }
        base = header.base();
        if (view.isRebuilt()) {
            line("segment %d  BAD header: %s; put together from its units: session %d, salt %016x", view.number(), view.headerFault(), header.session(), header.salt());
        } else {
            line("segment %d  session %d, salt %016x, stable LSN %d, in-flight window %s", header.number(), header.session(), header.salt(), header.stableLsn(),
                    header.window() == Long.MAX_VALUE ? "without bound" : header.window() + " bytes");
            line("  follows %s", header.predecessor() == 0 ? "no segment" : "segment " + header.predecessor() + ", which the log leaves at LSN " + header.predecessorEnd());
        }
        if (end >= 0) {
            line("  the log leaves it at LSN %d, position %d", end, end - base);
        }
        line("  %12s  %20s", "position", "LSN");
    }

    @Override
    public void segmentEnd(long position) throws IOException {
        line("  %12d  %20s  end of what is stored", position, "");
    }

    private String behindEnd(long lsn) {
        return end >= 0 && lsn >= end ? "; behind the end of the log, void" : "";
    }

    @Override
    public boolean unit(Unit unit) throws IOException {
        line("  %12d  %20d  unit    %d bytes in %d, session %d, stable LSN %d, %s%s%s",
                unit.position(), unit.lsn(), unit.length(), unit.paddedLength(), unit.session(), unit.stableLsn(), Quantity.count(unit.records(), "record"),
                unit.valid() ? "" : " before the first BAD frame, at LSN " + unit.faultLsn() + ": " + unit.fault(), behindEnd(unit.lsn()));
        return true;
    }

    @Override
    public void frame(Frame frame) throws IOException {
        if (!frame.valid()) {
            line("  %12d  %20d    BAD     %d bytes are no frame: %s", frame.position(), frame.lsn(), frame.length(), frame.fault());
            return;
        }
        boolean record = frame.kind() == FrameDescriptor.KIND_RECORD;
        line("  %12d  %20d    %-6s  %d bytes, checksum good", frame.position(), frame.lsn(), record ? "record" : "filler", frame.length());
        if (record && preview > 0) {
            preview(Preview.bytes(frame.payload(), preview));
        }
    }

    @Override
    public void gap(Gap gap) throws IOException {
        boolean isBehind = end >= 0 && gap.lsn() >= end;
        String what = gap.zero() && (isBehind || end < 0) ? "unused, zeros" : isBehind ? "unused, what a file held before" : "BAD: no unit: " + gap.fault();
        line("  %12d  %20d  gap     %d bytes, %s", gap.position(), gap.lsn(), gap.bytes(), what);
    }
}

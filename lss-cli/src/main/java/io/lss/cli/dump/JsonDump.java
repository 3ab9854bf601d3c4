package io.lss.cli.dump;

import io.lss.cli.frame.Streams;
import io.lss.cli.text.JsonObject;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import java.io.IOException;
import java.util.HexFormat;
import java.util.UUID;

/** A dump for machines: an object a line, its {@code type} first; {@code fault} is null where all is well. */
final class JsonDump implements DumpSink {

    private static final int LINES_PER_FLUSH = 512;

    private final Streams streams;
    private final int preview;
    private long segment;
    private int lines;

    JsonDump(Streams streams, int preview) {
        this.streams = streams;
        this.preview = preview;
    }

    private void line(JsonObject object) throws IOException {
        streams.report().print(object);
        streams.report().print('\n');
        if (++lines % LINES_PER_FLUSH == 0) {
            streams.flush();
        }
    }

    private static JsonObject object(String type, String fault) {
        return new JsonObject().put("type", type).put("fault", fault.isEmpty() ? null : fault);
    }

    @Override
    public void root(RootCopy copy, boolean used) throws IOException {
        JsonObject object = object("root", copy.fault()).put("copy", copy.copy());
        Root root = copy.root();
        if (root != null) {
            object.put("used", used)
                    .put("sequence", root.sequence())
                    .put("store", new UUID(root.uuidHigh(), root.uuidLow()).toString())
                    .put("segmentSize", root.segmentSize())
                    .put("blockSize", root.blockSize())
                    .put("closed", root.closed())
                    .put("session", root.session())
                    .put("firstSegment", root.firstSegment())
                    .put("predecessor", root.predecessor())
                    .put("predecessorEnd", root.predecessorEnd())
                    .put("beginLsn", root.beginLsn())
                    .put("stableLsn", root.stableLsn())
                    .put("applicationRoot", HexFormat.of().formatHex(root.appRoot()));
        }
        line(object);
    }

    @Override
    public void segment(SegmentView view, long end, boolean unused) throws IOException {
        segment = view.number();
        JsonObject object = object("segment", unused && view.header() == null ? "" : view.headerFault()).put("segment", view.number());
        SegmentHeader header = view.header();
        if (header != null) {
            object.put("rebuilt", view.isRebuilt())
                    .put("lsn", header.base())
                    .put("session", header.session())
                    .put("salt", HexFormat.of().toHexDigits(header.salt()));
        }
        if (header != null && !view.isRebuilt()) {
            object.put("predecessor", header.predecessor())
                    .put("predecessorEnd", header.predecessorEnd())
                    .put("window", header.window())
                    .put("stableLsn", header.stableLsn());
        }
        line(object.put("unused", unused && header == null).put("endLsn", end < 0 ? null : end));
    }

    @Override
    public void segmentEnd(long position) throws IOException {
        line(object("end", "").put("segment", segment).put("position", position));
    }

    @Override
    public boolean unit(Unit unit) throws IOException {
        line(object("unit", unit.fault())
                .put("segment", segment)
                .put("position", unit.position())
                .put("lsn", unit.lsn())
                .put("length", unit.length())
                .put("paddedLength", unit.paddedLength())
                .put("session", unit.session())
                .put("stableLsn", unit.stableLsn())
                .put("records", unit.records())
                .put("faultLsn", unit.valid() ? null : unit.faultLsn()));
        return true;
    }

    @Override
    public void frame(Frame frame) throws IOException {
        JsonObject object = object("frame", frame.fault())
                .put("segment", segment)
                .put("position", frame.position())
                .put("lsn", frame.lsn())
                .put("length", frame.length());
        if (frame.valid()) {
            object.put("kind", frame.kind() == FrameDescriptor.KIND_RECORD ? "record" : "filler");
        }
        if (frame.kind() == FrameDescriptor.KIND_RECORD && preview > 0) {
            object.put("payload", HexFormat.of().formatHex(Preview.bytes(frame.payload(), preview)));
        }
        line(object);
    }

    @Override
    public void gap(Gap gap) throws IOException {
        line(object("gap", gap.fault())
                .put("segment", segment)
                .put("position", gap.position())
                .put("lsn", gap.lsn())
                .put("length", gap.bytes())
                .put("zero", gap.zero()));
    }
}

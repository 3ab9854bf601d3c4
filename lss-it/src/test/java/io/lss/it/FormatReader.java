package io.lss.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A second reader of the format, written from {@code docs/FORMAT.md} alone and with nothing of the engine: where the two
 * disagree, the document or the engine is wrong. It reads stores that were closed; where the log of one that was not
 * ends, is the engine's business. What is not as the document says is an {@link AssertionError}.
 */
final class FormatReader {

    private static final int VERSION = 1;
    private static final int CHECKED = 4096;

    /** A frame: a record, or a filler. */
    record Frame(long lsn, boolean filler, byte[] payload) {}

    /** The fields of a root copy that a reader needs. */
    record Root(
            long sequence,
            long uuidHigh,
            long uuidLow,
            long segmentSize,
            int blockSize,
            boolean closed,
            long session,
            long firstSegment,
            long predecessor,
            long predecessorEnd,
            long beginLsn,
            long stableLsn,
            byte[] application) {}

    /** The fields of a segment's header. */
    record Header(
            long number, long session, long predecessor, long predecessorEnd, long salt, long window, long stableLsn) {}

    private final Root root;
    private final List<Header> headers = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();

    private FormatReader(Root root) {
        this.root = root;
    }

    /** {@return what the directory of a closed store holds} */
    static FormatReader read(Path directory) throws IOException {
        Root first = root(directory.resolve("root-0"));
        Root second = root(directory.resolve("root-1"));
        FormatReader reader = new FormatReader(first.sequence() > second.sequence() ? first : second);
        reader.readLog(directory);
        return reader;
    }

    Root root() {
        return root;
    }

    /** {@return the headers of the log's segments, in its order} */
    List<Header> headers() {
        return headers;
    }

    /** {@return everything that is in the log, in its order} */
    List<Frame> frames() {
        return frames;
    }

    // -------------------------------------------------------------------------------------------- root copy

    private static Root root(Path file) throws IOException {
        ByteBuffer in = checked(Files.readAllBytes(file), "LSSR", file.toString());
        same(CHECKED, in.capacity(), file + ": length");
        int length = in.getInt(12);
        require(length >= 0 && length <= CHECKED - 256, file + ": application root of " + length + " bytes");
        zero(in, 104, 256, file + ": behind the fields");
        zero(in, 256 + length, CHECKED, file + ": behind the application root");
        byte[] application = new byte[length];
        in.get(256, application);
        require((in.getInt(52) & -2) == 0, file + ": flags " + in.getInt(52));
        return new Root(
                in.getLong(16),
                in.getLong(24),
                in.getLong(32),
                in.getLong(40),
                in.getInt(48),
                in.getInt(52) == 1,
                in.getLong(56),
                in.getLong(64),
                in.getLong(72),
                in.getLong(80),
                in.getLong(88),
                in.getLong(96),
                application);
    }

    /** Magic, checksum, version, in this order. */
    private static ByteBuffer checked(byte[] bytes, String magic, String what) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        require(new String(bytes, 0, 4, StandardCharsets.US_ASCII).equals(magic), what + ": magic");
        ByteBuffer image = ByteBuffer.wrap(Arrays.copyOf(bytes, CHECKED)).putInt(8, 0);
        same(in.getInt(8), crc(image, 0, CHECKED), what + ": checksum");
        same(VERSION, in.getInt(4), what + ": version");
        return in;
    }

    // -------------------------------------------------------------------------------------------- segments

    private void readLog(Path directory) throws IOException {
        Map<Long, ByteBuffer> successors = new TreeMap<>();
        ByteBuffer segment = null;
        for (Path file : RealStore.segments(directory)) {
            long number = Long.parseLong(file.getFileName().toString().substring(4, 20), 16);
            byte[] bytes = Files.readAllBytes(file);
            if (bytes[0] != 'L') {
                continue; // made ready and never begun
            }
            ByteBuffer in = checked(bytes, "LSSS", file.toString());
            same(number, in.getLong(16), file + ": number");
            require(successors.put(in.getLong(56), in) == null, file + ": two segments with one predecessor");
            if (number == root.beginLsn() / root.segmentSize()) {
                segment = in;
            }
        }
        long end = root.beginLsn();
        while (segment != null) {
            Header header = header(segment);
            require(headers.isEmpty() || header.predecessorEnd() == end, header + ": its predecessor ends at " + end);
            headers.add(header);
            end = readUnits(segment, header);
            segment = successors.get(header.number());
        }
        require(root.closed(), "not closed");
        same(root.stableLsn(), end, "where the log ends");
        Header last = headers.getLast();
        same(root.session(), last.session(), "session of the last segment");
    }

    private Header header(ByteBuffer in) {
        String what = "header of segment " + in.getLong(16);
        same(root.blockSize(), in.getInt(12), what + ": block size");
        same(root.segmentSize(), in.getLong(24), what + ": segment size");
        same(root.uuidHigh(), in.getLong(32), what + ": UUID");
        same(root.uuidLow(), in.getLong(40), what + ": UUID");
        zero(in, 96, root.blockSize(), what + ": behind the fields");
        Header header = new Header(
                in.getLong(16),
                in.getLong(48),
                in.getLong(56),
                in.getLong(64),
                in.getLong(72),
                in.getLong(80),
                in.getLong(88));
        if (header.number() == root.firstSegment()) {
            same(root.predecessor(), header.predecessor(), what + ": predecessor, as in the root");
            same(root.predecessorEnd(), header.predecessorEnd(), what + ": its end, as in the root");
        }
        return header;
    }

    // -------------------------------------------------------------------------------------------- units and frames

    /** {@return the LSN at which the last unit of the segment ends} */
    private long readUnits(ByteBuffer in, Header header) {
        long base = header.number() * root.segmentSize();
        int at = root.blockSize();
        while (at < in.capacity() && in.getInt(at) == 0x5553534C && in.getLong(at + 16) == base + at) { // "LSSU"
            String what = "unit at LSN " + (base + at);
            same(crc(in, at + 8, 56), in.getInt(at + 4), what + ": checksum");
            same(mix(header.salt() ^ (base + at)), in.getLong(at + 8), what + ": tag");
            require(in.getLong(at + 24) <= base + at, what + ": stable LSN " + in.getLong(at + 24));
            same(header.session(), in.getLong(at + 32), what + ": session");
            int length = in.getInt(at + 40);
            int padded = in.getInt(at + 44);
            require(length > 64 && length % 8 == 0, what + ": length " + length);
            int blocks = (length + root.blockSize() - 1) / root.blockSize();
            same(blocks * root.blockSize(), padded, what + ": padded length");
            zero(in, at + 48, at + 64, what + ": end of its header");
            int next = at + 64;
            while (next < at + length) {
                next = readFrame(in, next, base + next, at + length, header.salt());
            }
            zero(in, at + length, at + padded, what + ": padding");
            at += padded;
        }
        return base + at;
    }

    /** {@return where the next frame begins} */
    private int readFrame(ByteBuffer in, int at, long lsn, int limit, long salt) {
        String what = "frame at LSN " + lsn;
        int length = in.getInt(at + 4);
        require(length >= 1 && length <= limit - at - 16, what + ": length " + length);
        byte kind = in.get(at + 8);
        require(kind == 1 || kind == 2, what + ": kind " + kind);
        same(0, in.get(at + 9), what + ": codec");
        zero(in, at + 10, at + 12, what + ": behind the codec");
        same(mix(salt ^ lsn) >>> 32, Integer.toUnsignedLong(in.getInt(at + 12)), what + ": tag");
        same(crc(in, at + 4, 12 + length), in.getInt(at), what + ": checksum");
        int end = at + (16 + length + 7) / 8 * 8;
        zero(in, at + 16 + length, end, what + ": padding");
        byte[] payload = new byte[length];
        in.get(at + 16, payload);
        frames.add(new Frame(lsn, kind == 2, payload));
        return end;
    }

    // -------------------------------------------------------------------------------------------- small things

    private static long mix(long value) {
        long x = value;
        x ^= x >>> 33;
        x *= 0xff51afd7ed558ccdL;
        x ^= x >>> 33;
        x *= 0xc4ceb9fe1a85ec53L;
        return x ^ (x >>> 33);
    }

    private static int crc(ByteBuffer in, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(in.slice(from, length));
        return (int) crc.getValue();
    }

    private static void zero(ByteBuffer in, int from, int to, String what) {
        for (int at = from; at < to; at++) {
            require(in.get(at) == 0, what + ": not zero at " + at);
        }
    }

    private static void same(long expected, long found, String what) {
        require(expected == found, what + ": " + found + ", not " + expected);
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}

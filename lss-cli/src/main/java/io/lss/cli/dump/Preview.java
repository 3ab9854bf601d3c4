package io.lss.cli.dump;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** The first bytes of a payload, for people: in hexadecimal, and as text where they are ASCII. */
final class Preview {

    /** How many bytes a line shows. */
    static final int WIDTH = 16;

    private Preview() {}

    /** {@return the first bytes of a payload} */
    static byte[] bytes(MemorySegment payload, int most) {
        return payload.asSlice(0, Math.min(most, payload.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    }

    /** {@return one line: offset, hexadecimal, text} */
    static String line(byte[] bytes, int from) {
        int to = Math.min(bytes.length, from + WIDTH);
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
        }
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, from, to);
        return String.format("%6d  %-47s  |%s|", from, hex, text);
    }
}

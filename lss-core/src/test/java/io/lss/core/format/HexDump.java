package io.lss.core.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Binary images as text: {@code offset: bytes}, 16 bytes a line, lines of zeros left out, {@code #} begins a comment. The first
 * line is {@code length: n}.
 */
final class HexDump {

    private static final int LINE = 16;

    private HexDump() {}

    static String print(byte[] image) {
        StringBuilder text = new StringBuilder("length: ").append(image.length).append('\n');
        HexFormat hex = HexFormat.ofDelimiter(" ");
        for (int at = 0; at < image.length; at += LINE) {
            int end = Math.min(image.length, at + LINE);
            boolean zero = true;
            for (int i = at; i < end; i++) {
                zero &= image[i] == 0;
            }
            if (!zero) {
                text.append(HexFormat.of().toHexDigits(at, 4)).append(": ").append(hex.formatHex(image, at, end)).append('\n');
            }
        }
        return text.toString();
    }

    static byte[] parse(String text) {
        byte[] image = new byte[0];
        for (String line : text.lines().toList()) {
            String content = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
            int colon = content.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String key = content.substring(0, colon).strip();
            String value = content.substring(colon + 1).strip();
            if (key.equals("length")) {
                image = new byte[Integer.parseInt(value)];
            } else {
                byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(value);
                System.arraycopy(bytes, 0, image, HexFormat.fromHexDigits(key), bytes.length);
            }
        }
        return image;
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = HexDump.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }
}

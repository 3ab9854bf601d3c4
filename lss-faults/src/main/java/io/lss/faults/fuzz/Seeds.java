package io.lss.faults.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Inputs to begin with: real structures for the decoders, real images and single changes to them for recovery. */
final class Seeds {

    private Seeds() {}

    static void recovery(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int image = 0; image < RecoveryCheck.images(); image++) {
            write(directory, image, 0);
            write(directory, image, 2);
            for (int step = 0; step < 16; step++) {
                write(directory, image, 1 + step % 3, step, 1, step % 5, 2, 1, 3, 1, 2, 1, 1);
            }
        }
    }

    static void decoders(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<MemoryMedium> images = Images.make();
        for (int image = 0; image < images.size(); image++) {
            for (byte[] root : images.get(image).roots.values()) {
                write(directory, concat(Arrays.copyOf(root, 104 + 160), 0, 1, 0));
            }
            for (byte[] segment : images.get(image).segments.values()) {
                write(directory, concat(Arrays.copyOf(segment, 104), 1, 1, 0));
                for (int unit : Mending.units(segment)) {
                    int length =
                            Math.min(segment.length - unit, Math.min(1_000, Format.getInt(segment, unit + Format.UNIT_LENGTH)));
                    for (int mode : new int[] {3, 0xe3}) {
                        write(directory, concat(Arrays.copyOfRange(segment, unit, unit + length), 2, mode, 1, 1, 1, 0, 0));
                    }
                    for (int frame : Mending.frames(segment, unit)) {
                        int bytes = Math.min(100, (int) Format.frameBytes(segment, frame));
                        write(directory, concat(Arrays.copyOfRange(segment, frame, frame + bytes), 3, 2, 1, 0, 1, 0));
                    }
                }
            }
        }
    }

    private static byte[] concat(byte[] rest, int... first) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int each : first) {
            bytes.write(each);
        }
        bytes.writeBytes(rest);
        return bytes.toByteArray();
    }

    private static void write(Path directory, int... bytes) throws IOException {
        write(directory, concat(new byte[0], bytes));
    }

    private static void write(Path directory, byte[] bytes) throws IOException {
        Files.write(directory.resolve("seed-" + Integer.toHexString(Arrays.hashCode(bytes))), bytes);
    }
}

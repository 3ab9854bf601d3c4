package io.lss.localfiles;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes to a device that is always full; prints the system's words for that, and whether they are understood. */
final class FullDeviceChild {

    private FullDeviceChild() {}

    /** The program. */
    public static void main(String[] args) {
        try (OutputStream out = Files.newOutputStream(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            out.write(0);
        } catch (IOException e) {
            System.out.println(e.getMessage());
            System.out.println(NoSpace.isCauseOf(e) ? "full" : "not understood");
        }
    }
}

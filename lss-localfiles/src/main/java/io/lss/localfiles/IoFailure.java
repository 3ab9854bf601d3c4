package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** I/O failures with their context as key and value. */
public final class IoFailure {

    private IoFailure() {}

    /**
     * {@return the failure of an operation on a file as a whole}
     *
     * @param operation what was tried
     * @param file on which file
     * @param cause why it failed
     */
    public static IOException of(String operation, Path file, Throwable cause) {
        return new IOException(operation + " failed: file=" + file + " cause=" + reason(cause), cause);
    }

    /**
     * {@return the failure of a transfer}
     *
     * @param operation what was tried
     * @param file on which file
     * @param position its first byte in the file
     * @param length how many bytes
     * @param done how many of them had been transferred
     * @param cause why it failed, or null if nothing was transferred and no reason given
     */
    public static IOException ofTransfer(
            String operation, Path file, long position, long length, long done, @Nullable Throwable cause) {
        return new IOException(
                operation + " failed: file=" + file + " position=" + position + " length=" + length + " done=" + done
                        + " cause=" + (cause == null ? "no progress" : reason(cause)),
                cause);
    }

    /** The system's own words, without the file name that the JDK puts before them. */
    private static String reason(Throwable cause) {
        if (cause instanceof FileSystemException e && e.getReason() != null) {
            return e.getReason();
        }
        return cause instanceof IOException && cause.getMessage() != null ? cause.getMessage() : cause.toString();
    }
}

package io.lss.localfiles;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A small text beside the segments in which a provider keeps what it measured. It is no part of the store: whole or absent,
 * but not durable, and an opening goes on without it.
 */
final class MeasurementFile {

    private static final System.Logger LOGGER = System.getLogger(MeasurementFile.class.getName());

    /** What is longer, in bytes, was not written here. */
    private static final long MAX_BYTES = 4096;

    private final Path file;

    MeasurementFile(Path directory) {
        this.file = directory.resolve(FileNames.MEASUREMENT);
    }

    /** {@return the text; empty if there is none that can be read} */
    Optional<String> read() {
        try {
            return Files.size(file) <= MAX_BYTES ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (NoSuchFileException | MalformedInputException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "measurement is not read", e);
            return Optional.empty();
        }
    }

    /** Replaces the text; if that fails it is as it was. */
    void write(String text) {
        Path temporary = file.resolveSibling(FileNames.temporary(FileNames.MEASUREMENT));
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "measurement is not kept", e);
            StoreDirectory.removeQuietly(temporary, e);
        }
    }
}

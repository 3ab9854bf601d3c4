package io.lss.cli;

import io.lss.api.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** A failure in one line. */
public final class Explanation {
    private Explanation() {}

    /**
     * {@return what happened, and where; without a stack trace}
     *
     * @param failure what was thrown
     */
    public static String of(Throwable failure) {
        return switch (failure) {
            case StoreException e -> messageOf(e);
            case NoSuchFileException e -> "no such file or directory: " + e.getFile();
            case AccessDeniedException e -> "access denied: " + e.getFile();
            case FileAlreadyExistsException e -> "exists already: " + e.getFile();
            case FileSystemException e -> messageOf(e);
            case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
            case IOException e -> messageOf(e);
            default -> "unexpected " + failure + "; --verbose shows where";
        };
    }

    private static String messageOf(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.replaceAll("\\s*\\R\\s*", " ");
    }
}

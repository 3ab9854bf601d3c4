package io.lss.cli;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A failure in one line. What a program would do about it, in the words of the library, is told as what a person types. */
public final class Explanation {
    private Explanation() {}

    /**
     * {@return what happened, and where; without a stack trace}
     *
     * @param failure what was thrown
     */
    public static String of(Throwable failure) {
        return switch (failure) {
            case StoreCorruptException e -> withRescue(e);
            case StoreLocationException e when e.isVacant() -> withCreation(e);
            case StoreFullException e when !e.advice().isEmpty() -> withSpace(e);
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

    /**
     * {@return where the damage is and what it is, without advice: for a command that is itself the advice}
     *
     * @param damage what was thrown
     */
    public static String damage(StoreCorruptException damage) {
        return (damage.lsn() < 0 ? "store corrupt in its root: " : "store corrupt at LSN " + damage.lsn() + ": ") + damage.reason();
    }

    private static String withRescue(StoreCorruptException e) {
        String store = word(e.location(), "STORE");
        return damage(e) + "; nothing was changed. What is there: lss dump " + store
                + ". Restore it from a backup, or save what is sound into a new store: lss salvage " + store + " NEW";
    }

    private static String withCreation(StoreLocationException e) {
        return oneLine(e.problem()) + "; check the path, or make a store there: lss append --create " + word(e.location(), "STORE");
    }

    /** A program that has the store open can trim it; here it is closed by now. */
    private static String withSpace(StoreFullException e) {
        return oneLine(e.problem()) + "; free space on that file system, or raise the quota, and try again";
    }

    /** {@return a location as it is typed, one word for a shell} */
    private static String word(Optional<URI> location, String unknown) {
        return location.filter(each -> "file".equals(each.getScheme()))
                .map(each -> word(Path.of(each)))
                .orElse(unknown);
    }

    /**
     * {@return a path as it is typed, one word for a shell}
     *
     * @param path any
     */
    public static String word(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./+:@%,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static String messageOf(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : oneLine(message);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}

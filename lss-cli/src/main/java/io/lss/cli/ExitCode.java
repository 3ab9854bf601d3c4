package io.lss.cli;

import io.lss.api.NoProviderException;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreFencedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.api.StoreVersionException;
import io.lss.cli.frame.FailureWithCode;
import io.lss.cli.frame.NoSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ParameterException;

/** What the command's exit codes mean: one for each case that a script must tell from the others. */
public enum ExitCode {
    /** Everything asked for was done. */
    OK(0, "everything asked for was done"),

    /** The store does not hold what it must. */
    VERIFICATION_FAILED(1, "demo, backup, salvage: what was checked does not hold what it must"),

    /** The command line is wrong. */
    USAGE(2, "the command line is wrong, or asks for what cannot be"),

    /** Nothing more special than that it did not work. */
    FAILED(3, "something else went wrong, such as an I/O error; the message says what"),

    /** There is no store where one was looked for, or something else is where one was to be made. */
    NO_STORE(4, "there is no store at that place, or the place does not suit one"),

    /** Another owner has the store. */
    LOCKED(5, "the store is in use, by this process or another"),

    /** Stable bytes are not what was written. */
    CORRUPT(6, "the store is damaged"),

    /** Another release's format. */
    NEWER_FORMAT(7, "the store is of a format that this release does not know"),

    /** No space. */
    FULL(8, "there is no space; what was acknowledged is kept"),

    /** The system says no. */
    NO_PERMISSION(9, "no permission"),

    /** The provider asked for, or any, does not work at the place. */
    NO_PROVIDER(10, "no storage provider can serve that place, or the one asked for cannot"),

    /** What could be saved was saved, and some could not. */
    RECORDS_LOST(11, "salvage: done, and records or the application root were lost; the account says which"),

    /** Ended by Ctrl-C or another signal that ends it; a JVM that is told to terminate, or whose terminal was closed, ends with 143 or 129 of itself. */
    INTERRUPTED(130, "interrupted by Ctrl-C (143: told to terminate, 129: its terminal was closed); what was acknowledged is kept");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** {@return the number that the process ends with} */
    public int code() {
        return code;
    }

    /** {@return what it says, in a few words} */
    public String meaning() {
        return meaning;
    }

    /** {@return the name by which JSON calls it, such as {@code no-store}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * {@return the exit code for a failure}
     *
     * @param failure what was thrown
     */
    public static ExitCode of(Throwable failure) {
        return switch (failure) {
            case StoreCorruptException _ -> CORRUPT;
            case StoreLockedException _, StoreFencedException _ -> LOCKED;
            case StoreVersionException _ -> NEWER_FORMAT;
            case StoreFullException _ -> FULL;
            case NoProviderException _ -> NO_PROVIDER;
            case StoreInterruptedException _ -> INTERRUPTED;
            case StoreLocationException e -> isForbidden(e) ? NO_PERMISSION : NO_STORE;
            case AccessDeniedException _, ReadOnlyFileSystemException _ -> NO_PERMISSION;
            case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
            case ParameterException _ -> USAGE;
            case FailureWithCode e -> e.exitCode();
            case IOException e when NoSpace.isCauseOf(e) -> FULL;
            default -> FAILED;
        };
    }

    /** Not every refusal has the system's as its cause: of a directory that cannot be written, the store says so itself. */
    private static boolean isForbidden(StoreLocationException refusal) {
        if (refusal.isVacant()) {
            return false;
        }
        for (Throwable cause = refusal.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof AccessDeniedException) {
                return true;
            }
        }
        Optional<Path> place = refusal.location()
                .filter(location -> "file".equals(location.getScheme()))
                .map(Path::of);
        return place.filter(Files::isDirectory)
                .filter(path -> !Files.isReadable(path) || !Files.isWritable(path) || !Files.isExecutable(path))
                .isPresent();
    }
}

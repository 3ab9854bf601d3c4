package io.lss.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Reads what a Linux kernel tells in its file systems, {@code /proc} and {@code /sys}; nothing where there are none. */
final class Proc {

    private final Path root;

    /** Below {@code /}, or elsewhere for tests. */
    Proc(Path root) {
        this.root = root;
    }

    /** {@return whether a file is there} */
    boolean has(String file) {
        return Files.exists(root.resolve(file));
    }

    /** {@return the first line of a file; nothing if it cannot be read} */
    Optional<String> line(String file) {
        return text(file).flatMap(text -> text.lines().findFirst()).map(String::strip).filter(line -> !line.isEmpty());
    }

    /** {@return what follows a word at the begin of a line; nothing if no line begins so} */
    Optional<String> field(String file, String word) {
        return text(file).flatMap(text -> text.lines()
                .filter(line -> line.startsWith(word))
                .map(line -> line.substring(word.length()).strip())
                .findFirst());
    }

    /** {@return the word in brackets of a list of choices, such as {@code always [madvise] never}} */
    Optional<String> chosen(String file) {
        return line(file).flatMap(line -> Arrays.stream(line.split("\\s+"))
                .filter(word -> word.startsWith("[") && word.endsWith("]"))
                .map(word -> word.substring(1, word.length() - 1))
                .findFirst());
    }

    private Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Not Linux, an older kernel, or hidden from a container: nothing is known of it then.
            return Optional.empty();
        }
    }
}

package io.lss.bench.peer;

import java.nio.file.Path;
import java.security.CodeSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of a library is on the class path. */
final class Versions {

    private static final Pattern JAR = Pattern.compile("-([0-9][0-9.]*[0-9])[^/]*\\.jar$");

    private Versions() {}

    /** {@return the version in the name of the file that a class comes from: manifests do not all have one} */
    static String of(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        String file = source == null ? "nowhere" : Path.of(source.getLocation().getPath()).getFileName().toString();
        Matcher version = JAR.matcher(file);
        if (!version.find()) {
            throw new IllegalStateException("no version in the name of " + file + ", which has " + type.getName());
        }
        return version.group(1);
    }
}

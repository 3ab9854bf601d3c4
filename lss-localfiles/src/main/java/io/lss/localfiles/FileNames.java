package io.lss.localfiles;

import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** The names of the files of a store, and what a name says about its file. Pure. */
final class FileNames {

    /** Held while the store is open. */
    static final String LOCK = "LOCK";

    /** What a provider found out about the location by measuring; may be removed at any time. */
    static final String MEASUREMENT = "measured";

    /** What a file is that has not got its final name yet. */
    static final String TEMPORARY_SUFFIX = ".tmp";

    private static final String TRIAL = "trial";

    private static final String SEGMENT_PREFIX = "seg-";
    private static final String SPARE_PREFIX = "spare-";
    private static final String SEGMENT_SUFFIX = ".lss";
    private static final int DIGITS = 16;

    private static final Pattern ROOT = Pattern.compile("root-[01]");
    private static final Pattern SEGMENT = Pattern.compile("seg-[0-7][0-9a-f]{15}\\.lss");
    private static final Pattern TRIALS = Pattern.compile(TRIAL + "(-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?");
    private static final Pattern SPARE = Pattern.compile("spare-[0-7][0-9a-f]{15}\\.lss");

    /** What a file in a store's directory is. */
    enum Kind {
        /** The lock file. */
        LOCK,
        /** A root copy. */
        ROOT,
        /** A segment. */
        SEGMENT,
        /** A file that was being made by somebody who is gone: one of the names above with {@code .tmp}, or a trial. */
        TEMPORARY,
        /** What a provider has measured. */
        MEASUREMENT,
        /** A segment file kept for reuse by an owner that is gone. */
        SPARE,
        /** Made by the file system itself at the root of a mount. */
        SYSTEM,
        /** Not a store's. */
        FOREIGN
    }

    private FileNames() {}

    /** {@return the name of root copy 0 or 1} */
    static String root(int copy) {
        if (copy != 0 && copy != 1) {
            throw new IllegalArgumentException("root copy " + copy + " is neither 0 nor 1");
        }
        return "root-" + copy;
    }

    /** {@return the name of a segment} */
    static String segment(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("segment number " + number + " is negative");
        }
        return SEGMENT_PREFIX + HexFormat.of().toHexDigits(number) + SEGMENT_SUFFIX;
    }

    /** {@return the name under which the file of a deleted segment waits for reuse} */
    static String spare(long number) {
        return SPARE_PREFIX + HexFormat.of().toHexDigits(number) + SEGMENT_SUFFIX;
    }

    /** {@return the name of a file while it is being made} */
    static String temporary(String name) {
        return name + TEMPORARY_SUFFIX;
    }

    /** {@return the name of a file that a provider makes and removes, to try what the file system can do} */
    static String trial() {
        return temporary(TRIAL);
    }

    /** {@return the same for a directory that nobody holds, and that may be no store's: a name that no other file has} */
    static String trial(UUID unique) {
        return temporary(TRIAL + "-" + unique);
    }

    /** {@return the number of the segment of that name; empty if it is not a segment's name} */
    static OptionalLong segmentNumber(String name) {
        if (!SEGMENT.matcher(name).matches()) {
            return OptionalLong.empty();
        }
        int from = SEGMENT_PREFIX.length();
        return OptionalLong.of(HexFormat.fromHexDigitsToLong(name, from, from + DIGITS));
    }

    /** {@return what the file of that name is} */
    static Kind kindOf(String name) {
        if (name.equals(LOCK)) {
            return Kind.LOCK;
        }
        if (name.equals(MEASUREMENT)) {
            return Kind.MEASUREMENT;
        }
        if (ROOT.matcher(name).matches()) {
            return Kind.ROOT;
        }
        if (SEGMENT.matcher(name).matches()) {
            return Kind.SEGMENT;
        }
        if (SPARE.matcher(name).matches()) {
            return Kind.SPARE;
        }
        if (isTemporary(name)) {
            return Kind.TEMPORARY;
        }
        return name.equals("lost+found") ? Kind.SYSTEM : Kind.FOREIGN;
    }

    private static boolean isTemporary(String name) {
        if (!name.endsWith(TEMPORARY_SUFFIX)) {
            return false;
        }
        String finalName = name.substring(0, name.length() - TEMPORARY_SUFFIX.length());
        return TRIALS.matcher(finalName).matches()
                || finalName.equals(MEASUREMENT)
                || ROOT.matcher(finalName).matches()
                || SEGMENT.matcher(finalName).matches();
    }
}

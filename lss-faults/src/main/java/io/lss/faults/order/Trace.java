package io.lss.faults.order;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks what strace has written, thread by thread: a file that is renamed into place was synced before under its first name, and
 * before the thread changes anything else in the directory, or ends a file's life there, it has synced the directory. So does the
 * power cut that file systems do not show on ext4, xfs and btrfs lose no segment.
 */
final class Trace {

    private static final Pattern RENAME = Pattern.compile("^(\\d+) +rename(?:at2?)?\\(.*?\"([^\"]*)\".*?\"([^\"]*)\".*");
    private static final Pattern SYNC = Pattern.compile("^(\\d+) +f(?:data)?sync\\(\\d+<([^>]*)>(.*)");
    private static final Pattern RESUMED = Pattern.compile("^(\\d+) +<\\.\\.\\. f(?:data)?sync resumed>(.*)");
    private static final Pattern UNLINK = Pattern.compile("^(\\d+) +unlink(?:at)?\\(.*?\"([^\"]*)\".*");

    private final String directory;
    private final Set<String> synced = new HashSet<>();

    /** Thread to the rename whose directory it has not synced yet. */
    private final Map<String, String> unsynced = new HashMap<>();

    /** Thread to the file that it is syncing. */
    private final Map<String, String> underWay = new HashMap<>();

    private final List<String> violations = new ArrayList<>();
    private long renames;

    Trace(String directory) {
        this.directory = directory;
    }

    /** {@return how many files were renamed into place} */
    long renames() {
        return renames;
    }

    List<String> check(List<String> lines) {
        lines.forEach(this::line);
        return violations;
    }

    private void line(String line) {
        Matcher sync = SYNC.matcher(line);
        if (sync.matches()) {
            if (sync.group(3).contains("unfinished")) {
                underWay.put(sync.group(1), sync.group(2));
            } else {
                ended(sync.group(1), sync.group(2), sync.group(3));
            }
            return;
        }
        Matcher resumed = RESUMED.matcher(line);
        if (resumed.matches()) {
            ended(resumed.group(1), String.valueOf(underWay.remove(resumed.group(1))), resumed.group(2));
            return;
        }
        Matcher rename = RENAME.matcher(line);
        if (rename.matches() && rename.group(3).startsWith(directory + "/")) {
            renamed(rename.group(1), rename.group(2), rename.group(3));
            return;
        }
        Matcher unlink = UNLINK.matcher(line);
        if (unlink.matches() && unlink.group(2).startsWith(directory + "/")) {
            mustBeSynced(unlink.group(1), "removes " + unlink.group(2));
        }
    }

    /** A sync that has failed, or that another call has interrupted, has synced nothing. */
    private void ended(String thread, String file, String result) {
        if (!result.matches(".*= 0( .*)?")) {
            return;
        }
        if (file.equals(directory)) {
            unsynced.remove(thread);
        } else {
            synced.add(file);
        }
    }

    private void renamed(String thread, String from, String to) {
        mustBeSynced(thread, "renames " + from);
        if (to.matches(".*/(seg|root)-[^/]*")) {
            renames++;
            // A spare file that becomes a segment was synced when it was made, perhaps by another process.
            if (from.endsWith(".tmp") && !synced.contains(from)) {
                violations.add(from + " is renamed to " + to + " and was not synced before");
            }
            unsynced.put(thread, to);
        }
        synced.remove(from);
    }

    private void mustBeSynced(String thread, String does) {
        String before = unsynced.remove(thread);
        if (before != null) {
            violations.add("thread " + thread + " " + does + " before it has synced the directory after renaming to " + before);
        }
    }
}

package io.lss.localfiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who holds a store open, in one line, for people. Nothing is decided by it: a lock is held or not, whatever the line says.
 *
 * @param pid the process
 * @param host the machine's name, or {@code unknown}
 * @param started when the process started, or {@code unknown}
 * @param opened when it opened the store
 * @param thread the thread that did
 */
record LockOwner(long pid, String host, String started, String opened, String thread) {

    private static final Pattern NAMED = Pattern.compile("pid=(\\d{1,18}) host=(\\S+) started=(\\S+) ");

    private static final Path LINUX_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** {@return this process, now} */
    static LockOwner current(String thread) {
        ProcessHandle self = ProcessHandle.current();
        String started = self.info()
                .startInstant()
                .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
                .orElse("unknown");
        String opened = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new LockOwner(self.pid(), hostName(), started, opened, thread);
    }

    /** The name the machine gives itself. Not asked of the network, which can take seconds to answer. */
    private static String hostName() {
        try {
            if (Files.isReadable(LINUX_HOST_NAME)) {
                return oneWord(Files.readString(LINUX_HOST_NAME, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // Falls through: a name is a courtesy.
        }
        for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
            String name = System.getenv(variable);
            if (name != null && !name.isBlank()) {
                return oneWord(name);
            }
        }
        return "unknown";
    }

    private static String oneWord(String text) {
        return text.strip().replaceAll("\\s+", "_");
    }

    /** {@return whether a line names a process of this machine that is not there any more} For messages. */
    static boolean isGone(String line) {
        Matcher named = NAMED.matcher(line);
        return named.lookingAt()
                && named.group(2).equals(hostName())
                && ProcessHandle.of(Long.parseLong(named.group(1)))
                        .flatMap(process -> process.info().startInstant())
                        .filter(started -> isAbout(started, named.group(3)))
                        .isEmpty();
    }

    /** The number may be another process's by now. The system's account of when a process has started varies a little. */
    private static boolean isAbout(Instant started, String named) {
        try {
            return Duration.between(started, Instant.parse(named)).abs().compareTo(Duration.ofSeconds(10)) < 0;
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** {@return the line in the lock file} */
    String line() {
        String name = thread.length() > 200 ? thread.substring(0, 200) : thread;
        return "pid=" + pid + " host=" + host + " started=" + started + " opened=" + opened + " thread=" + oneWord(name);
    }
}

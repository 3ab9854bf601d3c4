package io.lss.localfiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

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

    /** {@return the line in the lock file} */
    String line() {
        String name = thread.length() > 200 ? thread.substring(0, 200) : thread;
        return "pid=" + pid + " host=" + host + " started=" + started + " opened=" + opened + " thread=" + oneWord(name);
    }
}

package io.lss.bench.peer;

import io.lss.bench.work.Work;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;

/** How the journal of Artemis gets to its files, and how it is tuned. */
enum ArtemisFiles {
    /** Through FileChannel and the page cache; fdatasync. */
    NIO,
    /** Through libaio, O_DIRECT; fdatasync after completions. */
    AIO;

    static final int FILE_BYTES = 64 << 20;

    static final int WRITES_IN_FLIGHT = 500;

    private static final int BUFFER_BYTES = 4 << 20;

    /**
     * How long a commit waits for company. The defaults, 3.3 ms (NIO) and 0.5 ms (AIO), cap a lone committer at 292 and 1,687 a second; with none
     * the next flush takes what came in during the last one, which was best with 1, 8 and 64 threads (50, 100 and 200 us were tried).
     */
    private static final int COMMIT_TIMEOUT_NANOS = 1;

    /** Bulk: a buffer is written when it is full, and no earlier than this. */
    private static final int BULK_TIMEOUT_NANOS = 3_000_000;

    /** For commits 1 GiB is there, filled, before the time is taken, as our store has segments that were filled before. */
    private static final int READY_FILES_FOR_COMMITS = 16;

    /** The journal begins with no fewer; everything else that bulk appends on new space need is made, and filled, during the measurement. */
    private static final int READY_FILES = 2;

    /** {@return where the build puts the native library: it cannot be loaded from its jar} */
    static Path nativeLibraries() {
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        try {
            return Path.of(ArtemisFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve("lib").resolve("linux-" + machine);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    SequentialFileFactory factory(Path directory, Work work) throws IOException {
        int timeoutNanos = work.kind() == Work.Kind.COMMIT ? COMMIT_TIMEOUT_NANOS : BULK_TIMEOUT_NANOS;
        if (this == NIO) {
            return new NIOSequentialFileFactory(directory.toFile(), true, BUFFER_BYTES, timeoutNanos, WRITES_IN_FLIGHT, false);
        }
        checkAio(directory);
        return new AIOSequentialFileFactory(directory.toFile(), BUFFER_BYTES, timeoutNanos, WRITES_IN_FLIGHT, false);
    }

    /** Says why it is not there; the journal itself would say so to a log for debugging. */
    @SuppressWarnings("restricted") // the flag that allows it is given to every contender
    private static void checkAio(Path directory) throws IOException {
        Path library = nativeLibraries().resolve("libartemis-native-64.so");
        if (!Files.exists(library)) {
            throw new IOException("Artemis AIO has no native library for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                    + ": no " + library);
        }
        if (AIOSequentialFileFactory.isSupported(directory.toFile())) {
            return;
        }
        // Not before: while it is loaded it looks for itself.
        try {
            System.load(library.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(
                    "Artemis AIO needs libaio: apt-get install libaio1 (libaio1t64 from Debian 13 on): " + library + ": " + e.getMessage(), e);
        }
        throw new IOException("Artemis AIO cannot open files with O_DIRECT in " + directory + ", or java.library.path does not lead to " + library);
    }

    static int readyFiles(Work work) {
        return work.kind() == Work.Kind.COMMIT ? READY_FILES_FOR_COMMITS : READY_FILES;
    }
}

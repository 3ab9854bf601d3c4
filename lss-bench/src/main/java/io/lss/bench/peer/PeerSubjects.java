package io.lss.bench.peer;

import io.lss.bench.work.Subject;
import java.util.List;
import net.openhft.chronicle.queue.ChronicleQueue;
import org.apache.activemq.artemis.core.journal.Journal;
import org.h2.mvstore.MVStore;
import org.rocksdb.RocksDB;

/** The peers, each with what was found best for the work; see their logs for what they leave out. */
public final class PeerSubjects {

    /** Libraries with their own ways into memory. */
    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    /** What Chronicle's documents ask for; and nothing beside the work: no announcement, no statistics of use, no thread that watches the disk. */
    private static final List<String> CHRONICLE = List.of(
            UNSAFE,
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "-Dchronicle.announcer.disable=true",
            "-Dchronicle.analytics.disable=true",
            "-Dchronicle.disk.monitor.disable=true");

    private PeerSubjects() {}

    /** {@return all} */
    public static List<Subject> all() {
        List<String> aio = List.of(UNSAFE, "-Djava.library.path=" + ArtemisFiles.nativeLibraries());
        String artemis = "no waiting for company in commits, buffers of 4 MiB, files of 64 MiB; no checksum";
        return List.of(
                new Subject(
                        "artemis-nio",
                        "Artemis NIO",
                        Versions.of(Journal.class),
                        artemis,
                        List.of(UNSAFE),
                        (directory, work) -> new ArtemisLog(directory, ArtemisFiles.NIO, work)),
                new Subject(
                        "artemis-aio",
                        "Artemis AIO",
                        Versions.of(Journal.class),
                        artemis,
                        aio,
                        (directory, work) -> new ArtemisLog(directory, ArtemisFiles.AIO, work)),
                new Subject(
                        "chronicle",
                        "Chronicle Queue",
                        Versions.of(ChronicleQueue.class),
                        "commits with SyncMode.SYNC and sync() for each record, bulk with fdatasync at the end, blocks of 256 MiB; no checksum",
                        CHRONICLE,
                        ChronicleLog::new),
                new Subject(
                        "rocksdb",
                        "RocksDB WAL",
                        Versions.of(RocksDB.class),
                        "commits with sync, pipelined; bulk in batches of 256 KiB without, syncWal at the end; vector memtable that is never flushed",
                        List.of(),
                        RocksLog::new),
                new Subject(
                        "mvstore",
                        "H2 MVStore",
                        Versions.of(MVStore.class),
                        "commit and sync for each record, bulk with write buffers of 16 MiB; a map for each thread; no checksum of content",
                        List.of(),
                        MvStoreLog::new));
    }
}

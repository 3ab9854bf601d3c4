package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} at places of every kind, with the portable provider: what another says depends on the machine. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DoctorTranscriptTest {

    @TempDir
    private Path directory;

    private Transcript transcript() {
        return StoreTranscript.of("doctor", directory)
                .replace("(?s)machine\n.*?\n\n", "(the machine)\n\n")
                .replace("\\{\"type\":\"machine\".*", "(the machine)")
                .replace("file system    .*", "file system    (as it is)")
                .replace("\"fileSystem\":\"[^\"]*\"", "\"fileSystem\":\"(as it is)\"")
                .replace("free           .*", "free           ...")
                .replace("\"freeBytes\":\\d+", "\"freeBytes\":N")
                .replace("FileChannel on \\S+?(?=[\"\n])", "FileChannel on FS")
                .replace("FileChannel, .*?, 4 writers", "FileChannel, ..., 4 writers")
                .replace("files          .*", "files          ...")
                .replace("\"bytes\":\\d+", "\"bytes\":N")
                .replace("block size     [0-9,]+ bytes, memory aligned to \\d+", "block size     ...")
                .replace("\"blockSize\":\\d+,\"memoryAlignment\":\\d+", "\"blockSize\":N,\"memoryAlignment\":N")
                .replace("medium         .*", "medium         (as it is)")
                .replace("\"volatile\":(true|false)", "\"volatile\":?");
    }

    private List<Path> files(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.sorted().toList();
        }
    }

    @Test
    void placesOfEveryKind() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("notes.txt"), "x");
        Files.createDirectory(directory.resolve("nothing"));
        List<Path> before = files(directory);
        Transcript transcript = transcript();
        transcript.lss("doctor", "--provider", "filechannel", store).ends(ExitCode.OK);
        transcript.lss("doctor", "--provider", "filechannel", store, "--json").ends(ExitCode.OK);
        transcript.remark("no store yet: an empty directory, a directory to be made, one that cannot be made, other things");
        transcript.lss("doctor", "--provider", "filechannel", directory.resolve("nothing")).ends(ExitCode.OK);
        transcript.lss("doctor", "--provider", "filechannel", directory.resolve("new")).ends(ExitCode.NO_STORE);
        transcript.lss("doctor", "--provider", "filechannel", directory.resolve("a/b")).ends(ExitCode.NO_STORE);
        transcript.lss("doctor", "--provider", "filechannel", other).ends(ExitCode.NO_STORE);
        transcript.lss("doctor", "--provider", "filechannel", other.resolve("notes.txt")).ends(ExitCode.NO_STORE);
        transcript.remark("in use");
        try (LogStructuredStore opened = LogStructuredStore.open(store, Fixture.options())) {
            transcript.lss("doctor", "--provider", "filechannel", store).ends(ExitCode.OK);
            assertEquals(2, opened.recovery().session());
        }
        transcript.remark("a root copy and a segment header are damaged");
        Path damaged = Fixture.store(directory.resolve("damaged"), "one");
        Fixture.flip(damaged.resolve("root-1"), 20);
        Fixture.flip(damaged.resolve("seg-0000000000000001.lss"), 20);
        transcript.lss("doctor", "--provider", "filechannel", damaged).ends(ExitCode.CORRUPT);
        transcript.lss("doctor", "--provider", "filechannel", damaged, "--json").ends(ExitCode.CORRUPT);
        transcript.remark("a segment header is damaged that opening does not need");
        Path rotten = Fixture.store(directory.resolve("rotten"), "one");
        Fixture.store(rotten, "two");
        Fixture.store(rotten, "three");
        Fixture.flip(rotten.resolve("seg-0000000000000001.lss"), 20);
        transcript.lss("doctor", "--provider", "filechannel", rotten).ends(ExitCode.CORRUPT);
        transcript.lss("verify", rotten).ends(ExitCode.CORRUPT);
        transcript.remark("both root copies are lost; segment 3 has been made ready and not been used, and the header of segment 2 is damaged");
        Path rootless = Fixture.store(directory.resolve("rootless"), "one");
        Fixture.store(rootless, "two");
        Fixture.flip(rootless.resolve("root-0"), 20);
        Fixture.flip(rootless.resolve("root-1"), 20);
        Fixture.flip(rootless.resolve("seg-0000000000000002.lss"), 20);
        Files.write(rootless.resolve("seg-0000000000000003.lss"), new byte[(int) Fixture.SEGMENT_SIZE]);
        transcript.lss("doctor", "--provider", "filechannel", rootless).ends(ExitCode.CORRUPT);
        transcript.remark("of a newer version");
        Fixture.setVersion(damaged, 9);
        Files.copy(damaged.resolve("root-0"), damaged.resolve("root-1"), StandardCopyOption.REPLACE_EXISTING);
        transcript.lss("doctor", "--provider", "filechannel", damaged).ends(ExitCode.NEWER_FORMAT);
        transcript.lss("doctor", "--provider", "nonesuch", store).ends(ExitCode.USAGE);
        transcript.check();
        assertTrue(files(directory).containsAll(before));
        assertEquals(before.size() + 3, files(directory).size(), "nothing is left behind");
    }

    @Test
    void everyProviderIsTold() {
        Transcript transcript = new Transcript("unused").lss("doctor", directory);
        for (String provider : List.of("provider uring", "provider filechannel")) {
            assertTrue(transcript.out().contains(provider), transcript.out());
        }
        String told = transcript.out().substring(transcript.out().indexOf("provider uring"));
        assertTrue(told.contains("available      io_uring") || told.contains("NOT AVAILABLE  "), told);
    }

    @Test
    void aPlaceThatMayNotBeWrittenIsTold() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        assumeFalse(!closed.toFile().setWritable(false) || Files.isWritable(closed), "this user may write everywhere");
        Transcript transcript = new Transcript("unused").lss("doctor", closed).ends(ExitCode.NO_PERMISSION);
        assertTrue(transcript.out().contains("not writable by this user"), transcript.out());
        assertTrue(transcript.out().contains("no permission to write to"), transcript.out());
        assertTrue(closed.toFile().setWritable(true));
    }
}

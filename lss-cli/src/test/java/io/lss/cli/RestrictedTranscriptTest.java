package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that the system refuses something: space, permission. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RestrictedTranscriptTest {
    @TempDir
    private Path directory;

    private static int run(Object... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        for (Object each : words) {
            command.add(each.toString());
        }
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }

    @Test
    void onAFullDisk() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk) == 0, "SKIPPED: no file system can be mounted here");
        try {
            Path store = disk.resolve("store");
            Path spare = disk.resolve("spare");
            Files.write(spare, new byte[2 << 20]);
            Path big = directory.resolve("big");
            Files.writeString(big, ("x".repeat(99_999) + "\n").repeat(100));
            Transcript transcript = looking("full")
                    .replace("and [0-9,]+ are free", "and N are free")
                    .replace("up to LSN \\d+", "up to LSN N")
                    .replace(", the last at LSN \\d+", ", the last at LSN N")
                    .replace("usable=\\d+", "usable=N")
                    .replace("LSN \\d+ to \\d+", "LSN A to B")
                    .replace("\"units\":\\d+", "\"units\":N");
            transcript.remark("a file system of 6 MB, 2 of them taken by a file; big has 100 lines of 100 KB");
            transcript
                    .lss("append", "--create", "--segment-size", "1M", "--sync", "10", store, big)
                    .ends(ExitCode.FULL);
            String told = transcript.out().lines().toList().getLast();
            transcript.lss("tail", "-n", "0", store).ends(ExitCode.OK);
            transcript.lss("verify", store).ends(ExitCode.FULL);
            transcript.lss("trim", "--before", 2_097_152, store).ends(ExitCode.FULL);
            transcript.lss("stat", store).ends(ExitCode.OK);
            transcript.lss("doctor", "--provider", "filechannel", store).ends(ExitCode.FULL);
            new Transcript("unused").lss("dump", store).ends(ExitCode.OK);
            transcript.remark("the file is removed");
            Files.delete(spare);
            transcript.lss("verify", "--json", store).ends(ExitCode.OK);
            String records = transcript.out().replaceAll(".*\"records\":(\\d+),.*\\s", "$1");
            assertEquals("stable: " + records + " records", told.substring(0, told.indexOf(",")));
            transcript.check();
        } finally {
            assertEquals(0, run("umount", disk));
        }
    }

    /** From no free page to enough: whatever there was space for, what is left is a whole store, nothing, or said to be left. */
    @Test
    void salvageOntoADiskThatIsFullSoonerOrLater() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk) == 0, "SKIPPED: no file system can be mounted here");
        try {
            Path store = Fixture.store(directory.resolve("store"), "one", "two");
            int failures = 0;
            Transcript transcript = new Transcript("unused");
            for (int pages = 1; failures >= 0; pages++) {
                Path spare = disk.resolve("spare");
                Path saved = disk.resolve("saved");
                fill(spare);
                try (FileChannel channel = FileChannel.open(spare, StandardOpenOption.WRITE)) {
                    channel.truncate(Math.max(0, channel.size() - pages * 4096L));
                }
                transcript.lss("salvage", "--provider", "filechannel", store, saved);
                String said = pages + " pages free: " + transcript.err();
                if (transcript.out().contains("kept  ")) {
                    // The new store is made. Opening it, which checks it, takes space as well.
                    assertTrue(failures > 0, "there was never too little space");
                    assertEquals(ExitCode.FULL.code(), transcript.code(), said);
                    assertTrue(transcript.err().contains("the new store is made"), said);
                    Files.delete(spare);
                    transcript.lss("verify", saved).ends(ExitCode.OK);
                    transcript.lss("cat", saved).ends(ExitCode.OK);
                    assertEquals("one\ntwo\n", transcript.out());
                    failures = -1;
                } else {
                    assertEquals(ExitCode.FULL.code(), transcript.code(), said);
                    List<String> left = Files.exists(saved) ? storeFiles(saved) : List.of();
                    assertEquals(!left.isEmpty(), transcript.err().contains("files are left that are no store"), () -> said + left);
                    assertTrue(left.isEmpty() || left.equals(List.of("root-0")), () -> said + left);
                    failures++;
                }
                remove(saved);
                Files.deleteIfExists(spare);
            }
        } finally {
            assertEquals(0, run("umount", disk));
        }
    }

    /** Writes a file until the file system is full. */
    private static void fill(Path file) throws IOException {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (Files.getFileStore(file).getUsableSpace() > 0) {
                out.write(page);
            }
        }
    }

    private static List<String> storeFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> String.valueOf(each.getFileName()))
                    .filter(name -> !name.equals("LOCK") && !name.equals("measured"))
                    .sorted()
                    .toList();
        }
    }

    private static void remove(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> all;
            try (Stream<Path> files = Files.list(directory)) {
                all = files.toList();
            }
            for (Path each : all) {
                Files.delete(each);
            }
            Files.delete(directory);
        }
    }

    /** What the system calls a full disk is in the language of the process. */
    @Test
    void aFullDiskIsOneInEveryLanguage() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one");
        Path locales = Files.createDirectory(directory.resolve("locales"));
        assumeTrue(
                Files.exists(Path.of("/dev/full")) && run("localedef", "-i", "de_DE", "-f", "UTF-8", locales.resolve("de_DE.UTF-8")) == 0,
                "SKIPPED: no German locale can be made here, or there is no /dev/full");
        List<String> german = new ArrayList<>(List.of("env", "LOCPATH=" + locales, "LC_ALL=de_DE.UTF-8", "LANGUAGE="));
        german.addAll(List.of("sh", "-c", "exec \"$@\" >/dev/full", "sh"));
        german.addAll(LssProcess.launcher());
        try (LssProcess cat = LssProcess.start(directory, german, "cat", store)) {
            int code = cat.process().waitFor();
            String told = cat.err();
            assumeFalse(told.contains("No space left"), "SKIPPED: the system has no German words");
            assertEquals(ExitCode.FULL.code(), code, told);
        }
    }

    private boolean isUringAvailable(List<String> launcher, Path place) throws IOException, InterruptedException {
        return child(looking("doctor-unused"), launcher, "doctor", "--json", place).out().contains("\"provider\":\"uring\",\"available\":true");
    }

    @Test
    void aBackupToAFileSystemThatItsProviderCannotServe() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk) == 0, "SKIPPED: no file system can be mounted here");
        try {
            Path store = Fixture.store(directory.resolve("store"), "one");
            String module = Main.class.getModule().isNamed() ? "io.lss.uring" : "ALL-UNNAMED";
            List<String> launcher = LssProcess.launcher("--enable-native-access=" + module);
            Transcript transcript = looking("backup-elsewhere");
            child(transcript, launcher, "backup", "--provider", "uring", store, disk.resolve("copy"));
            assumeTrue(
                    isUringAvailable(launcher, directory) && !isUringAvailable(launcher, disk), "SKIPPED: io_uring cannot be had here, or tmpfs suits it");
            transcript.ends(ExitCode.NO_PROVIDER);
            child(transcript, launcher, "backup", "--provider", "filechannel", store, disk.resolve("copy")).ends(ExitCode.OK);
            transcript.check();
        } finally {
            assertEquals(0, run("umount", disk));
        }
    }

    private Transcript looking(String name) {
        return StoreTranscript.of(name, directory)
                .replace("(?s)machine\n.*\n\n(?=store )", "(machine, location, providers)\n\n")
                .replace("salt [0-9a-f]{16}", "salt SALT")
                .replace("in use: sequence \\d+", "in use: sequence N")
                .replace("(not )?checked( +opened, verified and scanned)? with uring: .*", "(uring: as the machine allows)")
                .replace("files          .*", "files          ...");
    }

    @Test
    void onAFileSystemThatIsMountedReadOnly() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Path mounted = Files.createDirectory(directory.resolve("mounted"));
        assumeTrue(
                run("mount", "--bind", store, mounted) == 0 && run("mount", "-o", "remount,bind,ro", mounted) == 0,
                "SKIPPED: nothing can be mounted read-only here");
        try {
            Transcript transcript = looking("read-only").remark("mounted is a store on a file system that is mounted read-only");
            transcript.lss("stat", mounted).ends(ExitCode.OK);
            transcript.lss("tail", mounted).ends(ExitCode.OK);
            transcript.lss("dump", "--units", mounted).ends(ExitCode.OK);
            transcript.lss("verify", mounted).ends(ExitCode.OK);
            transcript.lss("salvage", mounted, directory.resolve("saved")).ends(ExitCode.OK);
            transcript.lss("doctor", mounted).ends(ExitCode.NO_PERMISSION);
            transcript.lss("cat", mounted).ends(ExitCode.NO_PERMISSION);
            transcript.remark("an owner has it by another path where it can be written: a process, this process");
            try (LssProcess owner = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "each", "--lsns", store)) {
                owner.type("three");
                owner.line();
                transcript.lss("dump", mounted).ends(ExitCode.LOCKED);
                owner.in().close();
                assertEquals(ExitCode.OK.code(), owner.process().waitFor());
            }
            try (LogStructuredStore _ = LogStructuredStore.open(store, Fixture.options())) {
                transcript.lss("dump", mounted).ends(ExitCode.LOCKED);
            }
            transcript.remark("without a lock file, which nobody can make there, and with a record that is damaged");
            Files.delete(store.resolve("LOCK"));
            Fixture.flip(store.resolve("seg-0000000000000001.lss"), 4096 + 64 + 16);
            transcript.lss("verify", mounted).ends(ExitCode.CORRUPT);
            assertFalse(Files.exists(store.resolve("LOCK")));
            transcript.check();
        } finally {
            assertEquals(0, run("umount", mounted));
        }
    }

    @Test
    void withoutPermission() throws IOException, InterruptedException {
        List<String> launcher = new ArrayList<>();
        if (run("test", "-w", "/proc/sys/kernel/hostname") == 0 || "root".equals(System.getProperty("user.name"))) {
            // Root without the capability to read and write everything is asked for permissions like anybody.
            List<String> drop = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all");
            List<String> trial = new ArrayList<>(drop);
            trial.add("true");
            assumeTrue(run(trial.toArray()) == 0, "SKIPPED: root, and it cannot drop its rights (setpriv)");
            launcher.addAll(drop);
        }
        launcher.addAll(LssProcess.launcher());
        Path store = Fixture.store(directory.resolve("store"), "one");
        Transcript transcript = looking("no-permission");
        try {
            transcript.remark("a store that may be read only");
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("r-xr-xr-x"));
            try (var files = Files.newDirectoryStream(store)) {
                for (Path each : files) {
                    Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("r--r--r--"));
                }
            }
            child(transcript, launcher, "stat", store).ends(ExitCode.OK);
            child(transcript, launcher, "tail", store).ends(ExitCode.OK);
            child(transcript, launcher, "cat", store).ends(ExitCode.NO_PERMISSION);
            child(transcript, launcher, "append", "--create", store).ends(ExitCode.NO_PERMISSION);
            child(transcript, launcher, "dump", "--units", store).ends(ExitCode.OK);
            child(transcript, launcher, "verify", store).ends(ExitCode.OK);
            child(transcript, launcher, "salvage", "--provider", "filechannel", store, directory.resolve("saved"))
                    .ends(ExitCode.OK);
            child(transcript, launcher, "doctor", store).ends(ExitCode.NO_PERMISSION);
            transcript.remark("its owner has it");
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
            try (LssProcess owner = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "each", "--lsns", store)) {
                owner.type("two");
                owner.line();
                Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("r-xr-xr-x"));
                child(transcript, launcher, "dump", "--units", store).ends(ExitCode.LOCKED);
                child(transcript, launcher, "verify", store).ends(ExitCode.LOCKED);
                Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
            }
            transcript.remark("its lock file is missing, which somebody else could make at any time");
            Files.delete(store.resolve("LOCK"));
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("r-xr-xr-x"));
            child(transcript, launcher, "dump", "--units", store).ends(ExitCode.NO_PERMISSION);
            child(transcript, launcher, "verify", store).ends(ExitCode.NO_PERMISSION);
            transcript.remark("a store that may not be read at all");
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("---------"));
            child(transcript, launcher, "stat", store).ends(ExitCode.NO_PERMISSION);
            child(transcript, launcher, "verify", store).ends(ExitCode.NO_PERMISSION);
            try (LssProcess doctor = LssProcess.start(directory, launcher, "doctor", store)) {
                String out = doctor.rest();
                assertEquals(ExitCode.NO_PERMISSION.code(), doctor.process().waitFor(), out);
                assertTrue(out.contains("a directory that this user may not read"), out);
            }
            child(transcript, launcher, "backup", "--json", store, directory.resolve("copy")).ends(ExitCode.NO_PERMISSION);
        } finally {
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
        }
        transcript.check();
    }

    private Transcript child(Transcript transcript, List<String> launcher, Object... args) throws IOException, InterruptedException {
        try (LssProcess process = LssProcess.start(directory, launcher, args)) {
            process.in().close();
            String out = process.rest();
            StringBuilder typed = new StringBuilder("lss");
            for (Object each : args) {
                typed.append(' ').append(each);
            }
            return transcript.ran(typed.toString(), process.process().waitFor(), out, process.err());
        }
    }
}

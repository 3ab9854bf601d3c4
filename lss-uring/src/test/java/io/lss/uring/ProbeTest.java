package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.StoreLocationException;
import io.lss.localfiles.Medium;
import io.lss.localfiles.StoreDirectory;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.ChildJvm;
import io.lss.tck.device.Outcome;
import io.lss.tck.device.SmallFileSystem;
import io.lss.uring.linux.DirectAlignment;
import io.lss.uring.linux.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each cause for which io_uring cannot be had, with its remedy. */
class ProbeTest {

    @TempDir
    Path directory;

    private static String line(List<String> java, String... arguments) throws IOException {
        try (ChildJvm child = ChildJvm.run(java, arguments)) {
            return child.line();
        }
    }

    private String probed(List<String> java) throws IOException {
        return line(java, "uring", directory.toString(), "probe");
    }

    private static List<String> allowed(String... more) {
        List<String> flags = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        flags.addAll(List.of(more));
        return ChildJvm.onClassPath(Ways.PRODUCT, flags.toArray(String[]::new));
    }

    @Test
    void withoutNativeAccessTheExactFlagIsNamedAndNothingIsPrinted() throws Exception {
        assertEquals(
                "unavailable: native access is denied; run java with --enable-native-access=ALL-UNNAMED",
                probed(ChildJvm.onClassPath(Ways.PRODUCT)));
        assertEquals(
                "unavailable: native access is denied; run java with --enable-native-access=io.lss.uring",
                probed(ChildJvm.onModulePath(Ways.PRODUCT, Ways.MODULE)));
        String opened = line(ChildJvm.onClassPath(Ways.PRODUCT), "uring", directory.toString(), "describe");
        assertTrue(opened.contains("--enable-native-access=ALL-UNNAMED"), opened);
    }

    @Test
    void elsewhereThanOnLinuxItSaysSo() throws Exception {
        assertEquals(
                "unavailable: io_uring is of Linux, and this is Windows 11", probed(allowed("-Dos.name=Windows 11")));
        String processor = probed(allowed("-Dos.arch=x86"));
        assertTrue(processor.startsWith("unavailable: the processor is x86, and the provider knows"), processor);
    }

    @Test
    void aLibraryThatIsNotThereIsNamed() throws Exception {
        String line = probed(allowed("-Dio.lss.uring.library=/nowhere/liburing.so.2"));
        assertTrue(line.startsWith("unavailable: library /nowhere/liburing.so.2 cannot be loaded"), line);
        assertTrue(line.endsWith("or none to do without one"), line);
        var options = new DeviceOptions(
                true, false, Durability.SYNC, 1 << 16, 4, Map.of("library", directory.resolve("x.so").toString()));
        var failure = assertThrows(
                UnavailableException.class, () -> new UringDeviceProvider().open(directory.toUri(), options));
        assertTrue(failure.reason().contains(directory.resolve("x.so").toString()), failure.reason());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count(), "the location was touched");
        }
    }

    @Test
    void aLibraryWithoutAFunctionIsNamedAndTheFunctionToo() throws Exception {
        String libc;
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            libc = maps.filter(map -> map.matches(".*/libc[.-].*so.*")).findFirst().orElseThrow().replaceAll("^[^/]*", "");
        }
        assertEquals(
                "unavailable: library " + libc + " has no io_uring_setup; give the path of liburing 2.3 or newer, or"
                        + " none to do without one",
                probed(allowed("-Dio.lss.uring.library=" + libc)));
    }

    @Test
    void theLibraryCanBeNamedByItsPath() throws Exception {
        Ways.liburing();
        String path;
        new UringDeviceProvider().probe(directory.toUri());
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            path = maps.filter(map -> map.contains("/liburing")).findFirst().orElseThrow().replaceAll("^[^/]*", "");
        }
        String line = probed(allowed("-Dio.lss.uring.library=" + path));
        assertTrue(line.startsWith("available: io_uring by " + path + ", O_DIRECT in blocks of "), line);
    }

    /** 1 is EPERM, 38 ENOSYS, 13 something else. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1  | a seccomp filter forbids io_uring (EPERM)",
        "38 | a seccomp filter hides io_uring (ENOSYS, but the kernel has it)",
        "13 | a ring of io_uring cannot be set up (errno 13, EACCES, Permission denied)"
    })
    void aSeccompFilterIsToldFromOtherCauses(int errno, String cause) throws Exception {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/proc/sys/kernel/io_uring_disabled")), "SKIPPED: the kernel is older than 6.6");
        String line = filtered(errno, "uring", directory.toString(), "probe");
        assertTrue(line.startsWith("unavailable: " + cause), line);
        if (errno != 13) {
            assertTrue(line.endsWith("in the seccomp profile of the container or service"), line);
        }
        String opened = filtered(errno, "uring", directory.toString(), "describe");
        assertTrue(opened.contains(cause), opened);
    }

    private String filtered(int errno, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(allowed());
        int path = command.indexOf("-cp") + 1;
        command.set(path, command.get(path) + ":" + testClasses());
        command.addAll(List.of(SeccompChild.class.getName(), "" + errno));
        // ChildJvm appends the script's class name, which the child takes as what to run.
        return line(command, arguments);
    }

    private static Path testClasses() {
        return Path.of("target/test-classes").toAbsolutePath();
    }

    @ParameterizedTest
    @ValueSource(ints = {64 << 10, 8 << 20})
    void anOrdinaryUserWithLittleLockableMemoryIsServedAndTold(int limit) throws Exception {
        List<String> prlimit = List.of("prlimit", "--memlock=" + limit + ":" + limit);
        Assumptions.assumeTrue(OrdinaryUser.succeeds(prlimit, "true"), "SKIPPED: prlimit is missing");
        try (OrdinaryUser user = new OrdinaryUser()) {
            List<String> java = new ArrayList<>(prlimit);
            java.addAll(user.run(List.of(), allowed("-Xmx256m")));
            String store = user.home().resolve("store").toString();
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 3; i++) { // a closed ring gives its share back late
                try (ChildJvm child = ChildJvm.run(java, "uring", store, "describe", "create", "write-durable", "batch", "sync", "delete")) {
                    lines.add(child.line());
                    for (String expected : List.of("ok", "ok", "ok ok ok ok", "ok", "ok")) {
                        assertEquals(expected, child.line(), lines.toString());
                    }
                }
            }
            if (limit < 256 << 10) { // the script's flush buffers
                String told = lines.getFirst();
                assertTrue(told.contains("registered (limit on locked memory: " + limit / 1024 + " KiB)"), told);
            }
        }
    }

    @Test
    void withoutAnyLockableMemoryTheLimitIsNamed() throws Exception {
        List<String> prlimit = List.of("prlimit", "--memlock=0:0");
        Assumptions.assumeTrue(OrdinaryUser.succeeds(prlimit, "true"), "SKIPPED: prlimit is missing");
        try (OrdinaryUser user = new OrdinaryUser()) {
            List<String> java = new ArrayList<>(prlimit);
            java.addAll(user.run(List.of(), allowed("-Xmx256m")));
            String line = line(java, "uring", user.home().resolve("store").toString(), "describe");
            assertTrue(line.contains("does not fit into the memory that may be locked: limit=0 KiB; raise it (ulimit -l"), line);
        }
    }

    private static final String NO_KERNEL_MEMORY = "unavailable: the kernel has no memory for a ring of io_uring (ENOMEM)";

    private static String withoutMemory(List<String> strace, List<String> java, Path store) throws IOException {
        List<String> command = new ArrayList<>(strace);
        command.addAll(java);
        return line(command, "uring", store.toString(), "probe");
    }

    /** Where no limit on locked memory is in force, it is not the cause: the privileged, and those without a limit. */
    @Test
    void withoutALimitWantOfMemoryIsTheKernels() {
        assertTrue(Refusals.ofMemory("unlimited", false).reason().endsWith("and the limit on locked memory is unlimited"));
        assertTrue(Refusals.ofMemory("64 KiB", true).reason().endsWith("and CAP_IPC_LOCK is held"));
    }

    /** For an ordinary user to have no limit this process must be one that may raise it. */
    @ParameterizedTest
    @ValueSource(strings = {"privileged", "unlimited", "limited"})
    void wantOfMemoryHasTheCauseThatItCanHave(String who) throws Exception {
        List<String> strace = List.of(
                "strace", "-f", "-o", "/dev/null", "-e", "trace=io_uring_setup", "-e", "inject=io_uring_setup:error=ENOMEM");
        Assumptions.assumeTrue(OrdinaryUser.succeeds(strace, "true"), "SKIPPED: strace is missing or may not trace");
        if (who.equals("privileged")) {
            String line = withoutMemory(strace, allowed(), directory);
            assertTrue(line.startsWith(NO_KERNEL_MEMORY + ", and CAP_IPC_LOCK is held; free memory"), line);
            return;
        }
        String limit = who.equals("unlimited") ? "unlimited" : "65536";
        List<String> prlimit = List.of("prlimit", "--memlock=" + limit + ":" + limit);
        Assumptions.assumeTrue(OrdinaryUser.succeeds(prlimit, "true"), "SKIPPED: prlimit is missing, or CAP_SYS_RESOURCE");
        try (OrdinaryUser user = new OrdinaryUser()) {
            List<String> command = new ArrayList<>(prlimit);
            command.addAll(user.run(strace, allowed()));
            String line = line(command, "uring", user.home().resolve("store").toString(), "probe");
            String expected = who.equals("unlimited")
                    ? NO_KERNEL_MEMORY + ", and the limit on locked memory is unlimited; free memory"
                    : "unavailable: a ring of io_uring does not fit into the memory that may be locked: limit=64 KiB; raise it";
            assertTrue(line.startsWith(expected), line);
        }
    }

    /** Neither the directory nor a lock file, so that another provider, or nobody, finds the place as it was. */
    @Test
    void anOpeningThatIsRefusedLeavesNothingBehind() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.tmpfs(directory, "size=4m")) {
            Path empty = Files.createDirectory(mount.point().resolve("empty"));
            var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 16, 4, Map.of());
            for (Path store : List.of(empty, mount.point().resolve("new"))) {
                var failure = assertThrows(UnavailableException.class, () -> new UringDeviceProvider().open(store.toUri(), options));
                assertTrue(failure.reason().startsWith("O_DIRECT is "), failure.reason());
            }
            try (Stream<Path> files = Files.walk(mount.point())) {
                assertEquals(List.of(mount.point(), empty), files.sorted().toList());
            }
        }
    }

    @Test
    void anOpeningWithoutARingLeavesNothingBehind() throws Exception {
        Path store = directory.resolve("store");
        String line = filtered(1, "uring", store.toString(), "describe");
        assertTrue(line.contains("seccomp"), line);
        assertFalse(Files.exists(store));
    }

    /** What is wrong with the location itself is told as such, and not by what was tried there. */
    @Test
    void aLocationThatCannotBeAStoreIsStillNamed() throws Exception {
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 16, 4, Map.of());
        Path file = Files.createFile(directory.resolve("file"));
        for (Path wrong : List.of(file, directory.resolve("no/such"))) {
            assertThrows(StoreLocationException.class, () -> new UringDeviceProvider().open(wrong.toUri(), options));
        }
        try (SmallFileSystem mount = SmallFileSystem.tmpfs(directory, "ro")) {
            assertThrows(
                    StoreLocationException.class,
                    () -> new UringDeviceProvider().open(mount.point().resolve("new").toUri(), options));
        }
    }

    /** Where a file cannot be made without a name (ramfs), it has one for a moment; here the process is killed in that moment. */
    @Test
    void aFileLeftByAProbeThatWasKilledIsALeftoverOfAStore() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.ramfs(directory)) {
            List<String> command = new ArrayList<>(List.of(
                    "strace", "-f", "-o", "/dev/null", "-e", "trace=unlink", "-e", "inject=unlink:error=EIO:signal=KILL:when=1"));
            Assumptions.assumeTrue(OrdinaryUser.succeeds(command, "true"), "SKIPPED: strace is missing or may not trace");
            command.addAll(allowed("-XX:-UsePerfData"));
            assertEquals("null", line(command, "uring", mount.point().toString(), "probe"));
            try (Stream<Path> files = Files.list(mount.point())) {
                assertEquals(1, files.count(), "the process was killed too early, or too late");
            }
            StoreDirectory.open(mount.point(), true, true, 0, "test").close();
            try (Stream<Path> files = Files.list(mount.point())) {
                assertEquals(List.of("LOCK"), files.map(file -> file.getFileName().toString()).toList());
            }
        }
    }

    @Test
    void anAlignmentThatNoStoreCanDoIsToldByWhateverTriesIt() {
        var failure = assertThrows(
                UnavailableException.class,
                () -> DirectTrial.blockSize(new DirectAlignment(512, 1 << 17), Medium.of(directory)));
        assertTrue(failure.reason().contains("131072"), failure.reason());
    }

    @Test
    void aFileSystemInMemoryDoesNotHonourDirectTransfersAndIsRefused() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.tmpfs(directory, "size=4m")) {
            Path store = Files.createDirectory(mount.point().resolve("store"));
            Probe probe = new UringDeviceProvider().probe(store.toUri());
            assertFalse(probe.available());
            assertTrue(probe.detail().matches("O_DIRECT is (refused|not honoured) by tmpfs in " + store + ".*"), probe.detail());
            assertTrue(probe.remedy().contains("ext4"), probe.remedy());
            var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 16, 4, Map.of());
            var failure = assertThrows(
                    UnavailableException.class,
                    () -> new UringDeviceProvider().open(store.toUri(), options));
            assertEquals(probe.detail(), failure.reason());
        }
    }

    @Test
    void aFileSystemThatRefusesDirectTransfersIsNamedAndNoFileIsLeftThere() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.ramfs(directory)) {
            Probe probe = new UringDeviceProvider().probe(mount.point().toUri());
            assertFalse(probe.available());
            assertEquals("O_DIRECT is refused by ramfs in " + mount.point(), probe.detail());
            assertEquals("put the store on a file system that has it: ext4, or xfs, on a disk", probe.remedy());
            try (Stream<Path> files = Files.list(mount.point())) {
                assertEquals(List.of(), files.toList());
            }
        }
    }

    @Test
    void onADiskWithLargeSectorsNoWriteIsSmaller() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.ext4(directory, 64 << 20, 4096)) {
            var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 16, 4, Map.of());
            try (Device device = new UringDeviceProvider().open(mount.point().toUri(), options)) {
                assertEquals(4096, device.traits().blockSize());
                Segment segment = device.create(1, 1 << 20);
                var half = device.allocate(4096).asSlice(0, 512);
                assertThrows(IllegalArgumentException.class, () -> segment.write(half, 0, true, Outcome.on(device)));
                assertEquals(4096, Outcome.write(device, segment, device.allocate(4096), 4096, true).await());
            }
        }
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsNamed() throws Exception {
        try (SmallFileSystem mount = SmallFileSystem.tmpfs(directory, "ro")) {
            Probe probe = new UringDeviceProvider().probe(mount.point().toUri());
            assertFalse(probe.available());
            assertTrue(probe.detail().contains(mount.point().toString()), probe.detail());
        }
    }
}

package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.api.OpenMode;
import io.lss.api.StoreException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreVersionException;
import io.lss.it.RealStore.Found;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Locations at which no store can be opened, and providers that cannot be had: a clear error each, nothing changed. */
@Timeout(60)
class BadLocationTest {

    @TempDir
    private Path temp;

    private Path store;
    private List<Found> records;

    @BeforeEach
    void makeAStore() throws IOException {
        store = temp.resolve("store");
        try (LogStructuredStore opened = RealStore.open(store)) {
            records = RealStore.appendMixed(opened, 100, 1);
        }
    }

    private static StoreOptions mode(OpenMode mode) {
        return RealStore.options().openMode(mode).build();
    }

    private static void assertRefused(Path at, OpenMode mode, String... words) {
        var e = assertThrows(StoreLocationException.class, () -> LogStructuredStore.open(at, mode(mode)), at + " " + mode);
        assertTrue(e.getMessage().contains(at.toString()), "names the location: " + e.getMessage());
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
    }

    private static void assertRefusedInEveryMode(Path at, String... words) {
        for (OpenMode mode : OpenMode.values()) {
            assertRefused(at, mode, words);
        }
    }

    private void assertStoreIsWhole() throws IOException {
        try (LogStructuredStore opened = RealStore.open(store)) {
            assertEquals(records, RealStore.scan(opened));
        }
    }

    // ------------------------------------------------------------------------------------------- locations

    @Test
    void aLocationWhoseParentIsMissingIsRefused() {
        Path at = temp.resolve("no/such/place");
        assertRefused(at, OpenMode.OPEN_OR_CREATE, "does not exist", at.getParent().toString());
        assertRefused(at, OpenMode.CREATE_NEW, "does not exist");
        assertRefused(at, OpenMode.OPEN_EXISTING, "does not exist");
        assertFalse(Files.exists(temp.resolve("no")), "nothing was made");
    }

    @Test
    void aLocationThatIsMissingIsMadeOnlyIfThatIsAllowed() throws IOException {
        Path at = temp.resolve("new");
        assertRefused(at, OpenMode.OPEN_EXISTING, "does not exist");
        assertFalse(Files.exists(at));
        LogStructuredStore.open(at, mode(OpenMode.CREATE_NEW)).close();
        assertRefused(at, OpenMode.CREATE_NEW, "holds a store");
        LogStructuredStore.open(at, mode(OpenMode.OPEN_EXISTING)).close();
    }

    @Test
    void aLocationThatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "something");
        assertRefusedInEveryMode(file, "not a directory");
        assertEquals("something", Files.readString(file));
        assertThrows(StoreException.class, () -> RealStore.open(file.resolve("below")));
    }

    @Test
    void aLinkThatLeadsNowhereIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nowhere"));
        assertRefusedInEveryMode(link, "symbolic link");
        assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
        assertFalse(Files.exists(temp.resolve("nowhere")));
    }

    @Test
    void aDirectoryThatHoldsSomethingElseIsRefusedAndNotTouched() throws IOException {
        Path at = Files.createDirectory(temp.resolve("photos"));
        Files.writeString(at.resolve("holiday.jpg"), "picture");
        assertRefusedInEveryMode(at, "not empty", "holiday.jpg");
        try (Stream<Path> left = Files.list(at)) {
            assertEquals(List.of(at.resolve("holiday.jpg")), left.toList(), "not even a lock file");
        }
    }

    @Test
    void anEmptyDirectoryBecomesAStoreOnlyIfThatIsAllowed() throws IOException {
        Path at = Files.createDirectory(temp.resolve("empty"));
        assertRefused(at, OpenMode.OPEN_EXISTING, "empty");
        assertEquals(Map.of(), RealStore.content(at));
        RealStore.open(at).close();
    }

    @Test
    void aDirectoryInWhichOneMayNotWriteIsRefusedAndNotTouched() throws Exception {
        Map<String, String> before = RealStore.content(store);
        Path empty = Files.createDirectory(temp.resolve("empty"));
        for (Path at : List.of(store, empty)) {
            Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        try {
            for (Path at : List.of(store, empty)) {
                String answer = asNobody(at);
                assertTrue(answer.startsWith(StoreLocationException.class.getName()), answer);
                assertTrue(answer.contains(at.toString()) && answer.contains("permission"), answer);
            }
            String missing = asNobody(empty.resolve("new"));
            assertTrue(missing.startsWith(StoreLocationException.class.getName()), missing);
            assertTrue(missing.contains("permission"), missing);
            assertEquals(before, RealStore.content(store));
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("---------"));
            String unreadable = asNobody(store);
            assertTrue(unreadable.startsWith(StoreLocationException.class.getName()), unreadable);
            assertTrue(unreadable.contains("permission"), unreadable);
        } finally {
            for (Path at : List.of(store, empty)) {
                Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        assertStoreIsWhole();
    }

    /** Opens a location as somebody without rights to it. {@return what came of it} */
    private String asNobody(Path at) throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            try (LogStructuredStore opened = RealStore.open(at)) {
                return "opened " + opened;
            } catch (IOException e) {
                return e.toString();
            }
        }
        // Nothing is refused to root: a child gives its rights up. It needs to get at classes and location.
        Path setpriv = Stream.of("/usr/bin/setpriv", "/bin/setpriv").map(Path::of).filter(Files::isExecutable).findFirst()
                .orElse(null);
        assumeTrue(setpriv != null, "SKIPPED: the test runs as root and there is no setpriv to give its rights up");
        for (Path part = at.getParent(); part != null && part.startsWith(temp); part = part.getParent()) {
            if (!part.equals(store) && Files.isDirectory(part) && Files.getOwner(part).getName().equals("root")
                    && !part.getFileName().toString().equals("empty")) {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        List<String> roots = new ArrayList<>();
        String classPath = ChildJvm.classPathOf(List.of(
                LogStructuredStore.class,
                Class.forName("io.lss.core.CoreEngine"),
                Class.forName("io.lss.localfiles.StoreDirectory"),
                Class.forName("io.lss.filechannel.FileChannelDeviceProvider"),
                BadLocationTest.class));
        for (String root : classPath.split(java.io.File.pathSeparator)) {
            roots.add(readable(Path.of(root)).toString());
        }
        List<String> command = new ArrayList<>(
                List.of(setpriv.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(ChildJvm.command(
                List.of("-XX:TieredStopAtLevel=1"), String.join(java.io.File.pathSeparator, roots), Opener.class, at.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader()) {
            String answer = String.valueOf(output.readLine());
            assumeTrue(
                    process.waitFor() == 0 && !answer.equals("null"),
                    "SKIPPED: a child without rights could not be run here (does it get at the JDK?)");
            return answer;
        }
    }

    /** {@return a copy of classes that everybody may read} */
    private Path readable(Path root) throws IOException {
        Path copy = temp.resolve("classes").resolve(root.toString().replace('/', '_'));
        if (!Files.exists(copy)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.toList()) {
                    Path to = copy.resolve(root.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(to);
                        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
                    } else {
                        Files.createDirectories(to.getParent());
                        Files.copy(file, to);
                        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-r--r--"));
                    }
                }
            }
            Files.setPosixFilePermissions(temp.resolve("classes"), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return copy;
    }

    /** The child of {@link #asNobody}. */
    static final class Opener {
        private Opener() {}

        /** Opens the location that is the only argument, and prints what came of it. */
        public static void main(String[] arguments) throws IOException {
            try (LogStructuredStore opened = RealStore.open(Path.of(arguments[0]))) {
                System.out.println("opened " + opened.provider());
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }

    // ------------------------------------------------------------------------------------------- versions

    @Test
    void aStoreOfANewerFormatIsRefusedByItsNumberAndNotTouched() throws IOException {
        for (int copies = 1; copies <= 3; copies++) {
            Path at = RealStore.copy(store, temp.resolve("newer" + copies));
            for (int copy = 0; copy < 2; copy++) {
                if ((copies & (1 << copy)) != 0) {
                    setVersion(at.resolve("root-" + copy), 7);
                }
            }
            Map<String, String> before = RealStore.content(at);
            var e = assertThrows(StoreVersionException.class, () -> RealStore.open(at), "copies " + copies);
            assertTrue(e.getMessage().contains("7") && e.getMessage().contains("1"), e.getMessage());
            assertEquals(before, RealStore.content(at));
        }
    }

    @Test
    void aSegmentOfANewerFormatIsRefusedByItsNumberAndNothingIsLost() throws IOException {
        Path segment = RealStore.segments(store).get(0);
        byte[] old = Files.readAllBytes(segment);
        setVersion(segment, 9);
        Map<String, String> before = RealStore.content(store);
        try (LogStructuredStore opened = RealStore.open(store)) {
            // Only who reads it needs to know.
            var e = assertThrows(StoreVersionException.class, () -> RealStore.scan(opened));
            assertTrue(e.getMessage().contains("9"), e.getMessage());
        } catch (StoreVersionException e) {
            assertTrue(e.getMessage().contains("9"), e.getMessage());
            assertEquals(before, RealStore.content(store));
        }
        Files.write(segment, old);
        assertStoreIsWhole();
    }

    /** Gives a root copy or segment another version, with the right checksum: CRC32C of 4096 bytes, its own field zero. */
    private static void setVersion(Path file, int version) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(1, image.getInt(4), "the version it has");
        image.putInt(4, version).putInt(8, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 4_096);
        image.putInt(8, (int) crc.getValue());
        Files.write(file, bytes);
    }

    // ------------------------------------------------------------------------------------------- providers

    @Test
    void anUnknownProviderIsRefusedAndTheKnownOnesAreListed() {
        var e = assertThrows(
                NoProviderException.class,
                () -> LogStructuredStore.open(store, RealStore.options().provider("papyrus").build()));
        assertTrue(e.getMessage().contains("papyrus"), e.getMessage());
        assertTrue(e.getMessage().contains("filechannel") && e.getMessage().contains("sim"), e.getMessage());
    }

    @Test
    void aProviderThatCannotServeTheLocationSaysWhy() {
        var e = assertThrows(
                NoProviderException.class,
                () -> LogStructuredStore.open(store, RealStore.options().provider("sim").build()));
        assertTrue(e.toString().contains("sim"), e.toString());
        assertFalse(e.reasons().isEmpty());
        var nobody = assertThrows(
                NoProviderException.class,
                () -> LogStructuredStore.open(URI.create("ftp://host/x"), StoreOptions.defaults()));
        assertTrue(nobody.reasons().containsKey("filechannel"), nobody.toString());
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void theSystemPropertyChoosesAProviderForThoseWhoNameNone() throws IOException {
        StoreOptions unnamed = StoreOptions.builder().bufferSize(16 << 10).build();
        String old = System.getProperty("io.lss.provider");
        try {
            System.setProperty("io.lss.provider", "papyrus");
            var e = assertThrows(NoProviderException.class, () -> LogStructuredStore.open(store, unnamed));
            assertTrue(e.getMessage().contains("io.lss.provider") && e.getMessage().contains("papyrus"), e.getMessage());
            assertStoreIsWhole(); // the options name one, which counts more
            System.setProperty("io.lss.provider", "filechannel");
            try (LogStructuredStore opened = LogStructuredStore.open(store, unnamed)) {
                assertEquals("filechannel", opened.provider());
            }
        } finally {
            if (old == null) {
                System.clearProperty("io.lss.provider");
            } else {
                System.setProperty("io.lss.provider", old);
            }
        }
        try (LogStructuredStore opened = LogStructuredStore.open(store, unnamed)) {
            assertEquals(RealStore.bestProvider(store), opened.provider(), "the best one that can");
        }
    }

    @Test
    void settingsThatTheProviderDoesNotKnowOrCannotUseAreRefused() throws IOException {
        Map<String, String> before = RealStore.content(store);
        assertBadProperty("colour", "blue", "preallocate");
        assertBadProperty("preallocate", "maybe", "sparse");
        assertBadProperty("writers", "many", "writers");
        assertBadProperty("writers", "0", "1");
        assertBadProperty("spares", "-1", "spares");
        assertBadProperty("direct", "", "auto");
        assertEquals(before, RealStore.content(store));
        assertStoreIsWhole();
    }

    private void assertBadProperty(String key, String value, String word) {
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> LogStructuredStore.open(
                        store, RealStore.options().providerProperty(key, value).build()));
        assertTrue(e.getMessage().contains(key) && e.getMessage().contains(word), e.getMessage());
    }

    @Test
    void urisThatNameNoDirectoryAreRefused() {
        for (String uri : List.of("file:relative", "file://host/path", "file:///tmp/x?query", "nonsense")) {
            Throwable e = assertThrows(
                    Exception.class, () -> LogStructuredStore.open(URI.create(uri), RealStore.options().build()), uri);
            assertInstanceOf(StoreException.class, e, uri + ": " + e);
        }
    }
}

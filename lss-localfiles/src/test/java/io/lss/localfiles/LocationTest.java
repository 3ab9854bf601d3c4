package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLocationException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be found at a location, in each mode: the table of {@link LocationCheck}. */
class LocationTest {

    enum Mode {
        OPEN_EXISTING(false, false),
        OPEN_OR_CREATE(true, false),
        CREATE_NEW(true, true);

        final boolean create;
        final boolean mustCreate;

        Mode(boolean create, boolean mustCreate) {
            this.create = create;
            this.mustCreate = mustCreate;
        }
    }

    @TempDir
    Path parent;

    Path location;

    @BeforeEach
    void chooseALocation() {
        location = parent.resolve("store");
    }

    private void opens(Mode mode) throws IOException {
        StoreDirectory.open(location, mode.create, mode.mustCreate, 0, "test").close();
    }

    private void refuses(Mode mode, String why) throws IOException {
        var before = content();
        var failure = assertThrows(StoreLocationException.class, () -> opens(mode));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains(location.toString()), message);
        assertTrue(message.contains(why), message);
        assertTrue(message.contains(";"), "says what to do: " + message);
        assertEquals(before, content(), "leaves nothing behind");
    }

    private java.util.List<Path> content() throws IOException {
        try (Stream<Path> all = Files.walk(parent)) {
            return all.sorted().toList();
        }
    }

    @Test
    void aMissingLocationIsCreatedInTheModesThatCreate() throws Exception {
        refuses(Mode.OPEN_EXISTING, "does not exist");
        opens(Mode.OPEN_OR_CREATE);
        assertTrue(Files.isDirectory(location));
    }

    @Test
    void aMissingLocationIsCreatedInAModeThatMustCreate() throws Exception {
        opens(Mode.CREATE_NEW);
        assertTrue(Files.isDirectory(location));
    }

    @ParameterizedTest
    @EnumSource
    void aLocationWhoseParentIsMissingIsRefused(Mode mode) throws Exception {
        location = parent.resolve("none/store");
        refuses(mode, "does not exist");
        assertFalse(Files.exists(parent.resolve("none")));
    }

    @ParameterizedTest
    @EnumSource
    void aLocationThatIsAFileIsRefused(Mode mode) throws Exception {
        Files.createFile(location);
        refuses(mode, "is not a directory");
    }

    @ParameterizedTest
    @EnumSource
    void aLocationWhoseParentIsAFileIsRefused(Mode mode) throws Exception {
        Files.createFile(parent.resolve("file"));
        location = parent.resolve("file/store");
        refuses(mode, "does not exist");
    }

    @ParameterizedTest
    @EnumSource
    void aLocationThatIsALinkToNothingIsRefused(Mode mode) throws Exception {
        Files.createSymbolicLink(location, parent.resolve("none"));
        refuses(mode, "symbolic link");
    }

    @ParameterizedTest
    @EnumSource
    void aDirectoryWithSomethingElseInItIsRefused(Mode mode) throws Exception {
        Files.createDirectory(location);
        Files.createFile(location.resolve("holiday.jpg"));
        refuses(mode, "holiday.jpg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCK", "lost+found", "root-0.tmp", "spare-0000000000000001.lss", "seg-0000000000000001.lss.tmp"})
    void aDirectoryWithNothingButLeftoversIsEmpty(String name) throws Exception {
        Files.createDirectory(location);
        Files.createFile(location.resolve(name));
        refuses(Mode.OPEN_EXISTING, "is empty");
        opens(Mode.OPEN_OR_CREATE);
        opens(Mode.CREATE_NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root-0", "root-1", "seg-0000000000000001.lss"})
    void aDirectoryWithARootOrASegmentIsAStore(String name) throws Exception {
        Files.createDirectory(location);
        Files.createFile(location.resolve(name));
        opens(Mode.OPEN_EXISTING);
        opens(Mode.OPEN_OR_CREATE);
        refuses(Mode.CREATE_NEW, "holds a store already");
    }

    /** A link whose target is not mounted, or a directory: not readable is not the same as not there. */
    @ParameterizedTest
    @ValueSource(strings = {"root-0", "root-1", "seg-0000000000000001.lss"})
    void whatIsNoFileAndHasTheNameOfOneIsAnErrorOfTheMedium(String name) throws Exception {
        Files.createDirectory(location);
        Path entry = location.resolve(name);
        Files.createDirectory(entry);
        cannotRead(entry, "is a directory");
        Files.delete(entry);
        Files.createSymbolicLink(entry, parent.resolve("none"));
        cannotRead(entry, "is a symbolic link");
    }

    private void cannotRead(Path entry, String why) throws IOException {
        var before = content();
        for (Mode mode : Mode.values()) {
            var failure = assertThrows(FileSystemException.class, () -> opens(mode));
            assertEquals(entry.toString(), failure.getFile());
            String message = String.valueOf(failure.getMessage());
            assertTrue(message.contains(why), message);
            assertTrue(message.contains(";"), "says what to do: " + message);
        }
        assertEquals(before, content(), "leaves nothing behind");
    }

    @Test
    void whatElseIsInAStoreIsLeftAlone() throws Exception {
        Files.createDirectory(location);
        Files.createFile(location.resolve("root-0"));
        Files.createFile(location.resolve("notes.tmp"));
        Files.createFile(location.resolve("seg-0000000000000001.lss.bak"));
        opens(Mode.OPEN_OR_CREATE);
        assertTrue(Files.exists(location.resolve("notes.tmp")));
        assertTrue(Files.exists(location.resolve("seg-0000000000000001.lss.bak")));
    }

    @Test
    void f11_whatADeadOwnerWasMakingOrKeepingIsRemoved() throws Exception {
        Files.createDirectory(location);
        Files.createFile(location.resolve("root-0"));
        Files.createFile(location.resolve("seg-0000000000000007.lss.tmp"));
        Files.createFile(location.resolve("spare-0000000000000003.lss"));
        try (StoreDirectory directory = StoreDirectory.open(location, false, false, 4, "test")) {
            assertEquals(0, directory.segments().length);
            assertFalse(Files.exists(location.resolve("seg-0000000000000007.lss.tmp")));
            assertFalse(Files.exists(location.resolve("spare-0000000000000003.lss")));
        }
    }
}

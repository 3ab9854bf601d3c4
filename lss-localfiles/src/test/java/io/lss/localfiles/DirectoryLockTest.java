package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {

    @TempDir
    Path directory;

    private StoreDirectory open() throws Exception {
        return open(directory);
    }

    private static StoreDirectory open(Path path) throws Exception {
        return StoreDirectory.open(path, true, false, 0, "the test's thread");
    }

    private StoreLockedException openFails() {
        return openFails(directory);
    }

    private static StoreLockedException openFails(Path path) {
        return assertThrows(StoreLockedException.class, () -> open(path));
    }

    private static void assertNames(String part, StoreLockedException failure) {
        assertTrue(String.valueOf(failure.getMessage()).contains(part), failure.getMessage());
    }

    @Test
    void f7_aSecondOpenInTheSameJvmFailsAndNamesTheOwner() throws Exception {
        try (StoreDirectory first = open()) {
            StoreLockedException failure = openFails();
            assertNames(first.path().toString(), failure);
            assertNames("this JVM", failure);
            assertNames("pid=" + ProcessHandle.current().pid(), failure);
            assertNames("thread=the_test's_thread", failure);
        }
    }

    @Test
    void f7_aClosedDirectoryCanBeOpenedAgain() throws Exception {
        open().close();
        open().close();
    }

    @Test
    void f7_anotherPathToTheSameDirectoryIsNoWayAround() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
        try (StoreDirectory _ = open()) {
            assertNames("this JVM", openFails(link));
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void f7_aSecondOpenThroughAnotherClassLoaderFails() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(ChildJvm.rootUrls(), ClassLoader.getPlatformClassLoader())) {
            Callable<?> stranger = (Callable<?>) loader.loadClass(LockingChild.class.getName())
                    .getConstructor(Path.class)
                    .newInstance(directory);
            try (StoreDirectory _ = open()) {
                Exception failure = assertThrows(Exception.class, stranger::call);
                assertEquals(
                        StoreLockedException.class.getName(), failure.getClass().getName());
            }
            try (AutoCloseable _ = (AutoCloseable) stranger.call()) {
                assertNames("this JVM", openFails());
            }
        }
        open().close();
    }

    @Test
    void f7_aSecondProcessFailsAndNamesTheOwner() throws Exception {
        try (StoreDirectory _ = open();
                ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            String line = child.line();
            assertTrue(line.startsWith("StoreLockedException"), line);
            assertTrue(line.contains("another process (pid=" + ProcessHandle.current().pid()), line);
        }
    }

    @Test
    void f7_aSecondOpenThatFailedDoesNotFreeTheFirst() throws Exception {
        try (StoreDirectory _ = open()) {
            openFails();
            try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
                String line = child.line();
                assertTrue(line.startsWith("StoreLockedException"), line);
            }
        }
    }

    @Test
    void f7_aDeadOwnerDoesNotBlock() throws Exception {
        try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            assertEquals("open", child.line());
            StoreLockedException failure = openFails();
            assertNames("another process (pid=" + child.pid(), failure);
            assertNames("thread=main", failure);
            child.kill();
            open().close();
        }
    }

    @Test
    void f7_anOwnerThatClosesLetsTheNextProcessIn() throws Exception {
        open().close();
        try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            assertEquals("open", child.line());
        }
        open().close();
    }

    @Test
    void f7_replacedSystemPropertiesNeitherLetASecondOpenInNorFreeTheFirst() throws Exception {
        try (StoreDirectory _ = open()) {
            String key = System.getProperties().stringPropertyNames().stream()
                    .filter(name -> name.startsWith("io.lss.localfiles.lock."))
                    .findFirst()
                    .orElseThrow();
            String owner = System.clearProperty(key);
            try {
                assertInstanceOf(
                        java.nio.channels.OverlappingFileLockException.class,
                        openFails().getCause());
                try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
                    String line = child.line();
                    assertTrue(line.startsWith("StoreLockedException"), line);
                }
            } finally {
                System.setProperty(key, owner);
            }
        }
    }

    @Test
    void theSystemPropertiesCanStillBeListedAndAreCleanAfterwards() throws Exception {
        try (StoreDirectory _ = open()) {
            var text = new ByteArrayOutputStream();
            System.getProperties().list(new PrintStream(text, true, StandardCharsets.UTF_8));
            assertTrue(text.toString(StandardCharsets.UTF_8).contains("io.lss.localfiles.lock."));
        }
        assertEquals(
                0,
                System.getProperties().stringPropertyNames().stream()
                        .filter(name -> name.startsWith("io.lss.localfiles.lock."))
                        .count());
    }

    @Test
    void aThreadsLongNameDoesNotBreakTheLock() throws Exception {
        try (StoreDirectory _ = StoreDirectory.open(directory, true, false, 0, "ü".repeat(5000))) {
            openFails();
        }
        assertEquals(512, Files.size(directory.resolve("LOCK")));
        assertEquals("not open", Files.readString(directory.resolve("LOCK")).strip());
    }

    @Test
    void whoLooksKeepsOwnersOutAndWritesNothing() throws Exception {
        open().close();
        String before = Files.readString(directory.resolve("LOCK"));
        DirectoryLock looking = DirectoryLock.look(directory, "reader");
        assertNames("this JVM", openFails());
        try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            assertTrue(child.line().contains("another process (which looks at it and cannot write its name)"));
        }
        looking.release();
        looking.release();
        assertEquals(before, Files.readString(directory.resolve("LOCK")));
        open().close();
    }

    @Test
    void aDeadOwnerIsNotTakenForWhoLooks() throws Exception {
        long dead;
        try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            assertEquals("open", child.line());
            dead = child.pid();
            child.kill();
        }
        DirectoryLock looking = DirectoryLock.look(directory, "reader");
        try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            String refusal = child.line();
            assertTrue(refusal.contains("the last owner, which does not run any more, was pid=" + dead), refusal);
        }
        looking.release();
    }

    @Test
    void anOwnerKeepsOutWhoLooks() throws Exception {
        try (ChildJvm child = ChildJvm.run(LockingChild.class, directory.toString())) {
            assertEquals("open", child.line());
            assertNames(
                    "another process (pid=" + child.pid(),
                    assertThrows(StoreLockedException.class, () -> DirectoryLock.look(directory, "reader")));
        }
        try (StoreDirectory _ = open()) {
            assertNames("this JVM", assertThrows(StoreLockedException.class, () -> DirectoryLock.look(directory, "reader")));
        }
        DirectoryLock.look(directory, "reader").release();
    }

    @Test
    void aMissingLockFileIsNoReasonToLookWhereItCouldBeMade() throws Exception {
        StoreLocationException failure =
                assertThrows(StoreLocationException.class, () -> DirectoryLock.look(directory, "reader"));
        assertTrue(String.valueOf(failure.getMessage()).contains("LOCK to be locked"), failure.getMessage());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
        open().close();
    }

    @Test
    void aDirectoryThatCanBeWrittenIsNotOpenedToBeRead() throws Exception {
        open().close();
        assertTrue(StoreDirectory.openToRead(directory, "reader").isEmpty());
        assertTrue(StoreDirectory.openToRead(directory.resolve("missing"), "reader").isEmpty());
    }
}

package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreFullException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDirectoryTest {

    private static final int SPARES = 2;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path path;

    private StoreDirectory directory;
    private int made;

    @BeforeEach
    void open() throws IOException {
        directory = StoreDirectory.open(path, true, false, SPARES, "test");
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    /** Files of the length asked for, so many of them counted. */
    private void make(Path file, long bytes) throws IOException {
        made++;
        Files.write(file, new byte[(int) bytes]);
    }

    private Path create(long number, long bytes) throws IOException {
        return directory.create(number, bytes, this::make);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void f11_segmentsAreThoseCreatedAndNotDeletedInAscendingOrder() throws Exception {
        create(3, 10);
        create(0x10, 10);
        create(2, 10);
        directory.delete(3);
        assertArrayEquals(new long[] {2, 0x10}, directory.segments());
        assertEquals(10, Files.size(directory.segment(2)));
        assertThrows(NoSuchFileException.class, () -> directory.segment(3));
    }

    @Test
    void f9_aSegmentHasItsNameOnlyWhenItIsMade() throws Exception {
        directory.create(1, 10, (file, bytes) -> {
            assertEquals("seg-0000000000000001.lss.tmp", file.getFileName().toString());
            assertEquals(0, directory.segments().length);
            make(file, bytes);
        });
        assertEquals(List.of("LOCK", "seg-0000000000000001.lss"), names());
    }

    @Test
    void aSegmentThatExistsIsNotCreatedAgain() throws Exception {
        create(1, 10);
        assertThrows(FileAlreadyExistsException.class, () -> create(1, 20));
        assertEquals(10, Files.size(directory.segment(1)));
    }

    @Test
    void deletingASegmentThatDoesNotExistIsNoError() throws Exception {
        directory.delete(99);
    }

    @Test
    void f4_aFailureToMakeASegmentLeavesNothingBehind() throws Exception {
        var failure = new IOException("Input/output error");
        var thrown = assertThrows(IOException.class, () -> directory.create(1, 10, (file, bytes) -> {
            make(file, bytes / 2);
            throw failure;
        }));
        assertSame(failure, thrown);
        assertEquals(List.of("LOCK"), names());
    }

    @Test
    void f4_noSpaceIsReportedAsSuchAndASegmentOfThatNumberCanBeCreatedLater() throws Exception {
        var full = assertThrows(StoreFullException.class, () -> directory.create(1, 10, (file, bytes) -> {
            make(file, bytes / 2);
            throw new IOException("No space left on device");
        }));
        assertTrue(String.valueOf(full.getMessage()).contains("segment 1"), full.getMessage());
        assertEquals(List.of("LOCK"), names());
        create(1, 10);
        assertArrayEquals(new long[] {1}, directory.segments());
    }

    @Test
    void f4_moreThanTheDiskHoldsIsRefusedBeforeItIsTried() throws Exception {
        create(7, 10);
        directory.delete(7);
        long tooMuch = Files.getFileStore(path).getTotalSpace() * 2;
        assertThrows(StoreFullException.class, () -> create(1, tooMuch));
        assertEquals(1, made, "it was not tried");
        assertEquals(List.of("LOCK"), names(), "spare files were given up for it");
    }

    private Optional<FileAhead> prepare(long number, long bytes) {
        return directory.prepare(number, bytes, (file, length, hurried) -> make(file, length));
    }

    private void prepareNow(long number, long bytes) {
        prepare(number, bytes).ifPresent(file -> file.run(null));
    }

    @Test
    void prepare_makesTheFileAheadAndCreateOnlyNamesIt() throws Exception {
        prepareNow(1, 10);
        prepareNow(1, 10); // asked again: there is one
        assertEquals(1, made);
        assertArrayEquals(new long[] {}, directory.segments(), "it is no segment yet");
        create(1, 10);
        assertEquals(1, made);
        assertArrayEquals(new long[] {1}, directory.segments());
        create(2, 10);
        assertEquals(2, made, "it served once");
    }

    @Test
    void prepare_whatIsNotUsedIsGivenUp() throws Exception {
        prepareNow(1, 10);
        create(2, 10);
        assertEquals(2, made, "made for another");
        assertEquals(List.of("LOCK", "seg-0000000000000002.lss"), names());
        prepareNow(3, 10);
        prepareNow(4, 10);
        assertEquals(List.of("LOCK", "seg-0000000000000002.lss", "seg-0000000000000004.lss.tmp"), names());
        directory.close();
        assertEquals(List.of("seg-0000000000000002.lss"), names().stream().filter(name -> !name.equals("LOCK")).toList());
    }

    @Test
    void prepare_ofASegmentThatExistsAlreadyIsTooLate() throws Exception {
        create(2, 10);
        assertEquals(Optional.empty(), prepare(2, 10));
        assertEquals(Optional.empty(), prepare(1, 10));
        prepare(3, 10).orElseThrow().refuse("not needed");
    }

    @Test
    void prepare_makesNothingIfAFileWaitsForReuseOrSpaceIsShort() throws Exception {
        create(1, 10);
        directory.delete(1);
        assertEquals(Optional.empty(), prepare(2, 10), "a spare file waits");
        assertEquals(Optional.empty(), prepare(2, Files.getFileStore(path).getUsableSpace()), "it would take all that is left");
    }

    @Test
    void prepare_tellsNoFailureAndCreateTriesAgain() throws Exception {
        directory.prepare(1, 10, (file, bytes, hurried) -> {
                    make(file, bytes / 2);
                    throw new IOException("No space left on device");
                })
                .ifPresent(file -> file.run(null));
        assertEquals(List.of("LOCK"), names());
        create(1, 10);
        assertArrayEquals(new long[] {1}, directory.segments());
    }

    @Test
    void prepare_whoeverCreatesMeanwhileWaitsForTheFileAndItHurries() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        FileAhead ahead = directory.prepare(1, 10, (file, bytes, hurried) -> {
                    begun.countDown();
                    while (!hurried.getAsBoolean()) {
                        Thread.onSpinWait();
                    }
                    make(file, bytes);
                })
                .orElseThrow();
        Thread maker = Thread.ofPlatform().start(() -> ahead.run(null));
        begun.await();
        create(1, 10);
        maker.join();
        assertEquals(1, made);
        assertEquals(List.of("LOCK", "seg-0000000000000001.lss"), names());
    }

    @Test
    void prepare_whatNobodyWillMakeKeepsNobodyWaiting() throws Exception {
        prepare(1, 10).orElseThrow().refuse("no thread");
        create(1, 10);
        assertEquals(1, made);
    }

    @Test
    void f10_theFileOfADeletedSegmentBecomesANewOne() throws Exception {
        Path old = create(1, 10);
        Object inode = Files.getAttribute(old, "unix:ino");
        directory.delete(1);
        assertEquals(List.of("LOCK", "spare-0000000000000001.lss"), names());
        Path fresh = create(2, 10);
        assertEquals(inode, Files.getAttribute(fresh, "unix:ino"));
        assertEquals(1, made);
        assertEquals(List.of("LOCK", "seg-0000000000000002.lss"), names());
    }

    @Test
    void f10_aFileOfAnotherLengthIsNotReused() throws Exception {
        create(1, 10);
        directory.delete(1);
        create(2, 20);
        assertEquals(20, Files.size(directory.segment(2)));
        assertEquals(2, made);
    }

    @Test
    void f10_aShortenedFileIsNotKept() throws Exception {
        create(1, 10);
        directory.shortened(1);
        directory.delete(1);
        assertEquals(List.of("LOCK"), names());
    }

    @Test
    void f10_onlySoManyFilesAreKept() throws Exception {
        for (int number = 1; number <= SPARES + 1; number++) {
            create(number, 10);
        }
        for (int number = 1; number <= SPARES + 1; number++) {
            directory.delete(number);
        }
        assertEquals(1 + SPARES, names().size());
    }

    @Test
    void f10_aSegmentOfAnEarlierOwnerIsNeverReused() throws Exception {
        create(1, 10);
        close();
        open();
        directory.delete(1);
        assertEquals(List.of("LOCK"), names());
    }

    @Test
    void spareFilesAreGoneAfterClose() throws Exception {
        create(1, 10);
        directory.delete(1);
        directory.close();
        assertEquals(List.of("LOCK"), names());
    }

    @Test
    void f12_aSecondCloseDoesNothing() throws Exception {
        directory.close();
        try (StoreDirectory _ = StoreDirectory.open(path, true, false, 0, "test")) {
            directory.close();
            assertThrows(io.lss.api.StoreLockedException.class, this::open);
        }
    }

    @Test
    void aRootCopyIsWhatWasLastWritten() throws Exception {
        assertEquals(Optional.empty(), directory.readRoot(0));
        for (int length : new int[] {10, 4096, 1, 0, 100}) {
            byte[] image = new byte[length];
            java.util.Arrays.fill(image, (byte) length);
            directory.writeRoot(0, image);
            assertArrayEquals(image, directory.readRoot(0).orElseThrow());
        }
        assertEquals(Optional.empty(), directory.readRoot(1), "the other is untouched");
        close();
        open();
        assertEquals(100, directory.readRoot(0).orElseThrow().length);
    }

    @Test
    void f9_aRootCopyIsOverwrittenInPlace() throws Exception {
        directory.writeRoot(1, new byte[4096]);
        Object inode = Files.getAttribute(path.resolve("root-1"), "unix:ino");
        directory.writeRoot(1, new byte[4096]);
        assertEquals(inode, Files.getAttribute(path.resolve("root-1"), "unix:ino"));
        assertFalse(names().contains("root-1.tmp"));
    }

    @Test
    void thereAreTwoRootCopiesOfAtMost4096Bytes() {
        assertThrows(IllegalArgumentException.class, () -> directory.readRoot(2));
        assertThrows(IllegalArgumentException.class, () -> directory.writeRoot(-1, new byte[1]));
        assertThrows(IllegalArgumentException.class, () -> directory.writeRoot(0, new byte[4097]));
    }

    @Test
    void aFailureNamesTheFileAndTheCause() throws Exception {
        Files.createDirectory(path.resolve("root-0"));
        Files.createFile(path.resolve("root-0/child"));
        var failure = assertThrows(IOException.class, () -> directory.writeRoot(0, new byte[1]));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains("file=" + path.resolve("root-0")), message);
        assertTrue(message.contains("cause="), message);
    }

    @Test
    void noFileStaysOpenOverManyOpensAndFailures() throws Exception {
        directory.close();
        for (int i = 0; i < 20; i++) {
            open();
            create(i, 10);
            directory.writeRoot(i % 2, new byte[10]);
            assertThrows(io.lss.api.StoreLockedException.class, this::open);
            assertEquals(onLinux() ? List.of(path.resolve("LOCK")) : List.of(), openFiles(path));
            directory.close();
        }
        assertEquals(List.of(), openFiles(path));
    }

    private static boolean onLinux() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /** {@return the files below a directory that this process has open; none where the system does not tell} */
    private static List<Path> openFiles(Path below) throws IOException {
        if (!onLinux()) {
            return List.of();
        }
        try (Stream<Path> links = Files.list(DESCRIPTORS)) {
            return links.flatMap(link -> {
                        try {
                            return Stream.of(Files.readSymbolicLink(link));
                        } catch (IOException e) {
                            return Stream.empty(); // the descriptor of this very listing
                        }
                    })
                    .filter(target -> target.startsWith(below))
                    .toList();
        }
    }
}

package io.lss.faults.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.faults.block.WriteLog.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PowerCutTest {

    private static final int BLOCK = 4096;
    private static final int WRITE = 0;
    private static final int FLUSH = 1;
    private static final int FUA = 2;
    private static final int DISCARD = 4;

    @TempDir
    private Path directory;

    /** A log as the recorder writes it. */
    private static final class Recorder {

        private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
        private int count;

        Recorder request(int flags, int block, int blocks, int fill) {
            ByteBuffer entry = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
            entry.putLong(block * 8L).putLong(blocks * 8L).putLong(flags);
            entries.writeBytes(entry.array());
            if ((flags & DISCARD) == 0) {
                byte[] data = new byte[blocks * BLOCK];
                Arrays.fill(data, (byte) fill);
                entries.writeBytes(data);
            }
            count++;
            return this;
        }

        byte[] bytes() {
            ByteBuffer all = ByteBuffer.allocate(512 + entries.size()).order(ByteOrder.LITTLE_ENDIAN);
            all.putLong(0x6a736677736872L).putLong(1).putLong(count).putInt(512);
            return all.position(512).put(entries.toByteArray()).array();
        }

        List<Entry> log() throws IOException {
            return WriteLog.parse(MemorySegment.ofArray(bytes()));
        }
    }

    /** {@return the first byte of each block, for each of the states that a hundred power cuts leave} */
    private Set<String> states(List<Entry> log, int p) throws IOException {
        Set<String> states = new HashSet<>();
        Path image = directory.resolve("image");
        for (int seed = 0; seed < 300; seed++) {
            try (PowerCut cut = new PowerCut(log, directory.resolve("base"), 4 * BLOCK)) {
                cut.at(p, new SplittableRandom(seed), image);
            }
            byte[] bytes = Files.readAllBytes(image);
            StringBuilder state = new StringBuilder();
            for (int block = 0; block < 4; block++) {
                state.append(bytes[block * BLOCK]);
            }
            states.add(state.toString());
        }
        return states;
    }

    @Test
    void whatAFlushCoversIsThereAndTheRestMayBe() throws IOException {
        List<Entry> log = new Recorder()
                .request(WRITE, 0, 1, 1)
                .request(FLUSH, 0, 0, 0)
                .request(WRITE, 1, 1, 2)
                .request(WRITE, 2, 1, 3)
                .log();
        assertEquals(Set.of("0000", "1000"), states(log, 1));
        assertEquals(Set.of("1000"), states(log, 2));
        assertEquals(Set.of("1000", "1200", "1030", "1230"), states(log, 4));
    }

    @Test
    void aWriteThatIsAlsoAFlushDoesNotCoverItself() throws IOException {
        List<Entry> log = new Recorder().request(WRITE, 0, 1, 1).request(FLUSH, 1, 1, 2).log();
        assertEquals(Set.of("1000", "1200"), states(log, 2));
        List<Entry> both = new Recorder().request(WRITE, 0, 1, 1).request(FLUSH | FUA, 1, 1, 2).log();
        assertEquals(Set.of("1200"), states(both, 2));
    }

    @Test
    void whatWasWrittenWithFuaIsThereAndCoversNothingElse() throws IOException {
        List<Entry> log = new Recorder().request(WRITE, 0, 1, 1).request(FUA, 1, 1, 2).log();
        assertEquals(Set.of("0200", "1200"), states(log, 2));
    }

    @Test
    void aWriteIsTornBetweenBlocks() throws IOException {
        List<Entry> log = new Recorder().request(WRITE, 0, 3, 1).log();
        assertEquals(Set.of("0000", "1000", "0100", "0010", "1100", "1010", "0110", "1110"), states(log, 1));
    }

    @Test
    void aDiscardLeavesZerosOnceAFlushCoversIt() throws IOException {
        List<Entry> log = new Recorder()
                .request(WRITE, 0, 2, 1)
                .request(FLUSH, 0, 0, 0)
                .request(DISCARD, 0, 1, 0)
                .request(FLUSH, 0, 0, 0)
                .log();
        assertEquals(Set.of("1100", "0100"), states(log, 3));
        assertEquals(Set.of("0100"), states(log, 4));
    }

    @Test
    void whatTheStoreWritesMayBeTornAtSectors() throws IOException {
        byte[] bytes = new Recorder().request(WRITE, 0, 1, 1).bytes();
        System.arraycopy(new byte[] {'L', 'S', 'S', 'U'}, 0, bytes, 1024, 4);
        Path image = directory.resolve("image");
        boolean torn = false;
        for (int seed = 0; seed < 300 && !torn; seed++) {
            try (PowerCut cut = new PowerCut(
                    WriteLog.parse(MemorySegment.ofArray(bytes)), directory.resolve("base"), 4 * BLOCK)) {
                cut.at(1, new SplittableRandom(seed), image);
            }
            byte[] disk = Files.readAllBytes(image);
            torn = disk[600] != disk[600 + 512];
        }
        assertTrue(torn);
    }

    @Test
    void pointsOfOneLogFollowEachOther() throws IOException {
        Recorder recorder = new Recorder();
        for (int i = 1; i <= 4; i++) {
            recorder.request(WRITE, i - 1, 1, i).request(FLUSH, 0, 0, 0);
        }
        Path image = directory.resolve("image");
        try (PowerCut cut = new PowerCut(recorder.log(), directory.resolve("base"), 4 * BLOCK)) {
            for (int i = 1; i <= 4; i++) {
                cut.at(2 * i, new SplittableRandom(i), image);
                byte[] disk = Files.readAllBytes(image);
                for (int block = 0; block < 4; block++) {
                    assertEquals(block < i ? block + 1 : 0, disk[block * BLOCK]);
                }
            }
        }
    }

    @Test
    void aLogThatEndsTooEarlyIsRefused() {
        byte[] bytes = new Recorder().request(WRITE, 0, 1, 1).bytes();
        assertThrows(IOException.class, () -> WriteLog.parse(MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length - 1))));
        assertThrows(IOException.class, () -> WriteLog.parse(MemorySegment.ofArray(new byte[512])));
    }
}

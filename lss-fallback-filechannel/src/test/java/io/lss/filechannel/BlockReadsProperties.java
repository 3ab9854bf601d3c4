package io.lss.filechannel;

import static io.lss.filechannel.Devices.assertPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any range of any file into any memory, through scratch memory of a few blocks. */
class BlockReadsProperties {

    private static final int UNIT = 512;
    private static final int LONGEST = 20 * UNIT;

    private static Path directory;

    @BeforeContainer
    static void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("lss-block-reads");
    }

    @AfterContainer
    static void removeDirectory() throws IOException {
        Files.deleteIfExists(directory.resolve("file"));
        Files.deleteIfExists(directory);
    }

    @Property(tries = 2000)
    void everyReadGivesTheBytesUpToTheEndOfTheFile(
            @ForAll @IntRange(max = LONGEST) int fileLength,
            @ForAll @IntRange(max = LONGEST) int position,
            @ForAll @IntRange(max = LONGEST) int length,
            @ForAll @IntRange(max = 2) int misalignment,
            @ForAll boolean heap,
            @ForAll boolean inUnits,
            @ForAll @IntRange(min = 1, max = 5) int scratchUnits)
            throws IOException {
        Path file = directory.resolve("file");
        MemorySegment content = Devices.pattern(MemorySegment.ofArray(new byte[fileLength]), 0);
        Files.write(file, content.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        MemorySegment dst = heap
                ? MemorySegment.ofArray(new byte[length])
                : Arena.ofAuto().allocate(length + misalignment, UNIT).asSlice(misalignment, length);
        int unit = inUnits ? UNIT : 1;
        try (FileChannel channel = new UnitChannel(FileChannel.open(file, StandardOpenOption.READ), unit)) {
            long got = new BlockReads(channel, file, unit)
                    .read(dst, position, Arena.ofAuto().allocate((long) scratchUnits * UNIT, UNIT));
            long expected = Math.max(0, Math.min(length, fileLength - position));
            assertEquals(expected, got);
            assertPattern(dst.asSlice(0, got), position);
        }
    }

    /** Refuses what a direct channel would, and transfers less than it was asked for, in whole units. */
    private static final class UnitChannel extends DelegatingChannel {

        private final int unit;

        UnitChannel(FileChannel delegate, int unit) {
            super(delegate);
            this.unit = unit;
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            MemorySegment memory = MemorySegment.ofBuffer(dst);
            if (position % unit != 0 || dst.remaining() % unit != 0 || memory.address() % unit != 0) {
                throw new IOException("not in units: position=" + position + " length=" + dst.remaining());
            }
            int limit = dst.limit();
            dst.limit(dst.position() + Math.min(dst.remaining(), 3 * unit));
            try {
                return super.read(dst, position);
            } finally {
                dst.limit(limit);
            }
        }
    }
}

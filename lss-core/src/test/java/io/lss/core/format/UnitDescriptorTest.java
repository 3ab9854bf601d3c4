package io.lss.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Flush units: header and frames together. */
class UnitDescriptorTest {

    private static final long LSN = Samples.header().base() + Samples.BLOCK;
    private final Checksums checksums = new Checksums();

    private UnitFault header(byte[] image) {
        return header(image, Samples.SALT, LSN, 7, image.length);
    }

    private UnitFault header(byte[] image, long salt, long lsn, long session, long room) {
        return UnitDescriptor.check(
                MemorySegment.ofArray(image), 0, ByteBuffer.wrap(image), checksums, salt, lsn, session, Samples.BLOCK, room);
    }

    private boolean isValid(byte[] image) {
        return header(image) == UnitFault.NONE
                && UnitFrames.check(MemorySegment.ofArray(image), 0, ByteBuffer.wrap(image), checksums, Samples.SALT).valid();
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] image = Samples.unitImage();
        MemorySegment memory = MemorySegment.ofArray(image);
        assertEquals(UnitFault.NONE, header(image));
        assertEquals(LSN, UnitDescriptor.lsn(memory, 0));
        assertEquals(Samples.header().stableLsn(), UnitDescriptor.stableLsn(memory, 0));
        assertEquals(7, UnitDescriptor.session(memory, 0));
        assertEquals(64 + 24 + 32 + 40, UnitDescriptor.length(memory, 0));
        assertEquals(4096, UnitDescriptor.paddedLength(memory, 0));
        assertNull(UnitFrames.strayLsn(memory, 0));
    }

    @Test
    void everyFlippedBitInsideAUnitIsDetectedAndTheRestByVerification() {
        byte[] image = Samples.unitImage();
        int length = UnitDescriptor.length(MemorySegment.ofArray(image), 0);
        for (int bit = 0; bit < image.length * Byte.SIZE; bit++) {
            byte[] damaged = image.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            boolean valid = isValid(damaged);
            if (valid) {
                assertNotNull(UnitFrames.strayLsn(MemorySegment.ofArray(damaged), 0), "bit " + bit);
            }
            boolean covered = bit / Byte.SIZE < 64 + 24 + 32 + 16 + 17 && !isFramePadding(bit / Byte.SIZE);
            assertEquals(!covered, valid, "bit " + bit + " of a unit of " + length);
        }
    }

    /** Payloads of 5 and 9 bytes have padding within the unit's length. */
    private static boolean isFramePadding(int at) {
        return (at >= 64 + 16 + 5 && at < 64 + 24) || (at >= 88 + 16 + 9 && at < 88 + 32);
    }

    @Test
    void aUnitBelongsToOnePlaceOnly() {
        byte[] image = Samples.unitImage();
        assertEquals(UnitFault.MISPLACED, header(image, Samples.SALT + 1, LSN, 7, image.length));
        assertEquals(UnitFault.MISPLACED, header(image, Samples.SALT, LSN + 4096, 7, image.length));
        assertEquals(UnitFault.SESSION, header(image, Samples.SALT, LSN, 8, image.length));
        // The salt that would make the tag right elsewhere: the LSN still says where it belongs.
        assertEquals(UnitFault.MISPLACED, header(image, Samples.SALT ^ LSN ^ (LSN + 4096), LSN + 4096, 7, image.length));
    }

    @Test
    void aUnitLongerThanItsRoomIsNone() {
        byte[] image = Samples.unitImage();
        assertEquals(UnitFault.LENGTH, header(image, Samples.SALT, LSN, 7, 4095));
    }

    @Test
    void withoutTheSaltPlaceAndChecksumStillCount() {
        byte[] image = Samples.unitImage();
        MemorySegment memory = MemorySegment.ofArray(image);
        ByteBuffer view = ByteBuffer.wrap(image);
        assertEquals(UnitFault.NONE, UnitDescriptor.checkWithoutSalt(memory, 0, view, checksums, LSN, 7, 4096, 4096));
        assertEquals(UnitFault.MISPLACED, UnitDescriptor.checkWithoutSalt(memory, 0, view, checksums, LSN + 4096, 7, 4096, 4096));
        assertEquals(UnitFault.SESSION, UnitDescriptor.checkWithoutSalt(memory, 0, view, checksums, LSN, 6, 4096, 4096));
        image[30] ^= 1;
        assertEquals(UnitFault.CHECKSUM, UnitDescriptor.checkWithoutSalt(memory, 0, view, checksums, LSN, 7, 4096, 4096));
    }

    @Test
    void aHeaderThatContradictsItselfIsNone() {
        long[][] lengths = {{64, 4096}, {80, 4096}, {88, 8192}, {88, 4088}, {92, 4096}, {4104, 4096}};
        for (long[] each : lengths) {
            byte[] image = new byte[8192];
            UnitDescriptor.write(
                    MemorySegment.ofArray(image),
                    0,
                    ByteBuffer.wrap(image),
                    checksums,
                    Samples.SALT,
                    LSN,
                    0,
                    7,
                    (int) each[0],
                    (int) each[1]);
            assertEquals(UnitFault.LENGTH, header(image), each[0] + " padded to " + each[1]);
        }
        byte[] image = new byte[4096];
        UnitDescriptor.write(
                MemorySegment.ofArray(image), 0, ByteBuffer.wrap(image), checksums, Samples.SALT, LSN, LSN + 8, 7, 88, 4096);
        assertEquals(UnitFault.IMPOSSIBLE, header(image));
    }

    @Test
    void framesMustCoverTheUnitExactly() {
        for (int length : new int[] {88, 96, 160 - 8, 160 + 8, 160 + 24}) {
            byte[] image = Samples.unitImage();
            MemorySegment memory = MemorySegment.ofArray(image);
            byte[] frames = java.util.Arrays.copyOfRange(image, 64, 160);
            UnitDescriptor.write(
                    memory, 0, ByteBuffer.wrap(image), checksums, Samples.SALT, LSN, 0, 7, length, 4096);
            MemorySegment.copy(MemorySegment.ofArray(frames), 0, memory, 64, frames.length);
            assertEquals(UnitFault.NONE, header(image));
            boolean valid = length == 88 || length == 120 || length == 160;
            assertEquals(valid, isValid(image), "length " + length);
        }
    }

    @Test
    void anythingLeftBehindTheFramesIsZeroed() {
        byte[] image = Samples.unitImage();
        for (int at = 160; at < image.length; at++) {
            assertEquals(0, image[at], "offset " + at);
        }
        assertNotEquals(0, image[159 - 7 - 8]);
    }
}

package io.lss.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Holds the code to images written once and kept: what release N wrote, release N + 1 reads, and version 1 stays what it was.
 */
class GoldenFilesTest {

    @Test
    void theRootIsTheGoldenRoot() throws IOException {
        byte[] golden = HexDump.resource("root-v1.hex");
        assertEquals(HexDump.print(golden), HexDump.print(RootDescriptor.encode(Samples.root())));
        assertEquals(new RootImage.Valid(Samples.root()), RootDescriptor.decode(golden));
    }

    @Test
    void theSegmentHeaderIsTheGoldenSegmentHeader() throws IOException {
        byte[] golden = HexDump.resource("segment-header-v1.hex");
        assertEquals(HexDump.print(golden), HexDump.print(Samples.headerImage()));
        assertEquals(
                new SegmentHeaderImage.Valid(Samples.header()),
                SegmentHeaderDescriptor.read(MemorySegment.ofArray(golden), 0, golden.length));
    }

    @Test
    void theUnitIsTheGoldenUnit() throws IOException {
        byte[] golden = HexDump.resource("unit-v1.hex");
        assertEquals(HexDump.print(golden), HexDump.print(Samples.unitImage()));
        MemorySegment memory = MemorySegment.ofArray(golden);
        long lsn = Samples.header().base() + Samples.BLOCK;
        Checksums checksums = new Checksums();
        assertEquals(
                UnitFault.NONE,
                UnitDescriptor.check(
                        memory, 0, ByteBuffer.wrap(golden), checksums, Samples.SALT, lsn, 7, Samples.BLOCK, Samples.BLOCK));
        UnitFrames.Content content = UnitFrames.check(memory, 0, ByteBuffer.wrap(golden), checksums, Samples.SALT);
        assertTrue(content.valid());
        assertEquals(2, content.records());
    }

    @Test
    void aRootOfAnotherVersionIsKnownByItsNumber() throws IOException {
        RootImage image = RootDescriptor.decode(HexDump.resource("root-v2.hex"));
        assertEquals(2, assertInstanceOf(RootImage.UnknownVersion.class, image).version());
    }

    @Test
    void aSegmentHeaderOfAnotherVersionIsKnownByItsNumber() throws IOException {
        byte[] golden = HexDump.resource("segment-header-v2.hex");
        SegmentHeaderImage image = SegmentHeaderDescriptor.read(MemorySegment.ofArray(golden), 0, golden.length);
        assertEquals(2, assertInstanceOf(SegmentHeaderImage.UnknownVersion.class, image).version());
    }
}

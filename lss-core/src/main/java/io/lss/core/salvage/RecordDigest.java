package io.lss.core.salvage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Counts records and sums them up, LSN and payload, so that what was kept can be compared with what is read afterwards. */
public final class RecordDigest {

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long records;
    private long bytes;

    /** Of no record. */
    public RecordDigest() {}

    /**
     * Adds the next record.
     *
     * @param lsn its LSN
     * @param payload its payload
     */
    public void add(long lsn, MemorySegment payload) {
        crc.update(word.clear().putLong(lsn).flip());
        crc.update(payload.asByteBuffer());
        records++;
        bytes += payload.byteSize();
    }

    /** {@return how many records} */
    public long records() {
        return records;
    }

    /** {@return their payload, in bytes} */
    public long bytes() {
        return bytes;
    }

    /** {@return CRC32C over LSNs and payloads, in order} */
    public int value() {
        return (int) crc.getValue();
    }
}

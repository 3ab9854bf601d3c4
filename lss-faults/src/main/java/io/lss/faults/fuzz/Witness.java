package io.lss.faults.fuzz;

/** Looks by itself whether what the engine believes is on the medium: by checksums, tags and places alone. */
final class Witness {

    private final MemoryMedium medium;
    private final long segmentSize;

    Witness(MemoryMedium medium, long segmentSize) {
        this.medium = medium;
        this.segmentSize = segmentSize;
    }

    /** Checks a record that the engine has returned. */
    void record(long lsn, byte[] payload) {
        byte[] segment = medium.segments.get(lsn / segmentSize);
        long position = lsn % segmentSize;
        String what = "a record of " + payload.length + " bytes at LSN " + lsn;
        if (segment == null || position + Format.FRAME_HEADER + payload.length > segment.length) {
            throw new FuzzViolationError(what + ": the medium has nothing there");
        }
        int at = (int) position;
        if (!Format.isPage(segment, Format.SEGMENT_MAGIC)
                || Format.getLong(segment, Format.SEGMENT_NUMBER) != lsn / segmentSize) {
            throw new FuzzViolationError(what + ": its segment has no header of its own");
        }
        if (!isFrame(segment, at, Mending.salt(segment), lsn, segment.length)
                || Format.getInt(segment, at + Format.FRAME_LENGTH) != payload.length
                || segment[at + Format.FRAME_KIND] != Format.RECORD) {
            throw new FuzzViolationError(what + ": no such frame is there");
        }
        for (int i = 0; i < payload.length; i++) {
            if (segment[at + Format.FRAME_HEADER + i] != payload[i]) {
                throw new FuzzViolationError(what + ": other bytes are there");
            }
        }
    }

    /** {@return whether there is a valid frame} */
    static boolean isFrame(byte[] bytes, int at, long salt, long lsn, long limit) {
        return at + Format.FRAME_HEADER <= limit
                && Format.fits(bytes, at)
                && at + Format.frameBytes(bytes, at) <= limit
                && (bytes[at + Format.FRAME_KIND] == Format.RECORD || bytes[at + Format.FRAME_KIND] == Format.FILLER)
                && bytes[at + 9] == 0
                && bytes[at + 10] == 0
                && bytes[at + 11] == 0
                && Format.getInt(bytes, at + Format.FRAME_TAG) == Format.frameTag(salt, lsn)
                && Format.getInt(bytes, at + Format.FRAME_CRC) == Format.frameCrc(bytes, at);
    }

    /** {@return whether there is the valid header of a unit} */
    static boolean isUnitHeader(byte[] bytes, int at, long salt, long lsn, long session, int blockSize, long room) {
        long length = Format.getInt(bytes, at + Format.UNIT_LENGTH);
        long padded = Format.getInt(bytes, at + Format.UNIT_PADDED);
        long stable = Format.getLong(bytes, at + Format.UNIT_STABLE);
        return Format.getInt(bytes, at) == Format.UNIT_MAGIC
                && Format.getInt(bytes, at + Format.UNIT_CRC) == Format.unitCrc(bytes, at)
                && Format.getLong(bytes, at + Format.UNIT_TAG) == Format.mix(salt ^ lsn)
                && Format.getLong(bytes, at + Format.UNIT_LSN) == lsn
                && Format.getLong(bytes, at + Format.UNIT_SESSION) == session
                && length > Format.UNIT_HEADER + Format.FRAME_HEADER
                && length % 8 == 0
                && padded == (length + blockSize - 1 & -blockSize)
                && padded <= room
                && padded <= 256 << 20
                && stable >= 0
                && stable <= lsn
                && Format.getLong(bytes, at + 48) == 0
                && Format.getLong(bytes, at + 56) == 0;
    }

    /** {@return whether valid frames cover a unit to its length} The header is valid and the unit within the bytes. */
    static boolean areFrames(byte[] bytes, int unit, long salt, long lsn) {
        int end = unit + Format.getInt(bytes, unit + Format.UNIT_LENGTH);
        int at = unit + Format.UNIT_HEADER;
        while (at < end) {
            if (!isFrame(bytes, at, salt, lsn + (at - unit), end)) {
                return false;
            }
            at += (int) Format.frameBytes(bytes, at);
        }
        return at == end;
    }
}

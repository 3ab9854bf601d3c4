package io.lss.tck.reference;

import io.lss.api.StoreVersionException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is kept beside the log, in both root copies.
 *
 * @param sequence higher than that of every root before it
 * @param salt of the store's checksums
 * @param segmentSize in bytes
 * @param session the session that runs, or ran last
 * @param first the session's first segment; 0 if it has none yet
 * @param previous the segment in which the log ended before the session; 0 if there was no log
 * @param previousEnd the position there
 * @param begin where the log begins
 * @param stable the recorded stable LSN: damage below it is no torn tail
 * @param closed whether the log ends there
 * @param application the application's root
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Root(
        long sequence,
        long salt,
        long segmentSize,
        long session,
        long first,
        long previous,
        long previousEnd,
        long begin,
        long stable,
        boolean closed,
        byte[] application) {

    private static final long MAGIC = 0x524546524f4f5430L;
    private static final int VERSION = 1;

    Root next() {
        return new Root(sequence + 1, salt, segmentSize, session, first, previous, previousEnd, begin, stable, closed, application);
    }

    Root began(long newSession, long newFirst, long lastSegment, long end, long newStable) {
        return new Root(sequence, salt, segmentSize, newSession, newFirst, lastSegment, end, begin, newStable, false, application);
    }

    Root withBegin(long lsn, long newStable) {
        return new Root(sequence, salt, segmentSize, session, first, previous, previousEnd, lsn, newStable, closed, application);
    }

    Root withApplication(byte[] bytes, long newStable) {
        return new Root(sequence, salt, segmentSize, session, first, previous, previousEnd, begin, newStable, closed, bytes);
    }

    Root closedAt(long lsn) {
        return new Root(sequence, salt, segmentSize, session, first, previous, previousEnd, begin, lsn, true, application);
    }

    byte[] encode() {
        ByteBuffer b = ByteBuffer.allocate(96 + application.length);
        b.putLong(MAGIC).putInt(VERSION).putInt(closed ? 1 : 0).putLong(sequence).putLong(salt).putLong(segmentSize).putLong(session);
        b.putLong(first).putLong(previous).putLong(previousEnd).putLong(begin).putLong(stable).putInt(application.length).put(application);
        CRC32C crc = new CRC32C();
        crc.update(b.array(), 0, b.position());
        b.putInt((int) crc.getValue());
        return b.array();
    }

    static Optional<Root> decode(byte[] image) throws StoreVersionException {
        ByteBuffer b = ByteBuffer.wrap(image);
        if (image.length < 96 || b.getLong() != MAGIC) {
            return Optional.empty();
        }
        int version = b.getInt();
        int length = b.getInt(88);
        if (length < 0 || length > image.length - 96) {
            return Optional.empty();
        }
        CRC32C crc = new CRC32C();
        crc.update(image, 0, 92 + length);
        if (b.getInt(92 + length) != (int) crc.getValue()) {
            return Optional.empty();
        }
        if (version != VERSION) {
            throw new StoreVersionException("the store is of version " + version + " of the reference format, this is version " + VERSION);
        }
        boolean closed = b.getInt() == 1;
        long[] values = new long[9];
        for (int i = 0; i < values.length; i++) {
            values[i] = b.getLong();
        }
        byte[] application = new byte[b.getInt()];
        b.get(application);
        return Optional.of(new Root(
                values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], closed, application));
    }
}

package io.lss.faults.fuzz;

import static io.lss.faults.fuzz.Format.FRAME_CRC;
import static io.lss.faults.fuzz.Format.FRAME_TAG;
import static io.lss.faults.fuzz.Format.PAGE;
import static io.lss.faults.fuzz.Format.PAGE_CRC;
import static io.lss.faults.fuzz.Format.UNIT_CRC;
import static io.lss.faults.fuzz.Format.UNIT_HEADER;
import static io.lss.faults.fuzz.Format.UNIT_LENGTH;
import static io.lss.faults.fuzz.Format.UNIT_LSN;
import static io.lss.faults.fuzz.Format.UNIT_MAGIC;
import static io.lss.faults.fuzz.Format.UNIT_TAG;

import java.util.ArrayList;
import java.util.List;

/** Finds the structures of an image, and makes their checksums and tags right. Never fails, whatever the bytes are. */
final class Mending {

    /** Units are looked for at multiples of this. */
    static final int BLOCK = 4096;

    private Mending() {}

    /** {@return where units are, as their magic says} */
    static List<Integer> units(byte[] segment) {
        List<Integer> found = new ArrayList<>();
        for (int at = BLOCK; at + UNIT_HEADER <= segment.length; at += BLOCK) {
            if (Format.getInt(segment, at) == UNIT_MAGIC) {
                found.add(at);
            }
        }
        return found;
    }

    /** {@return where the frames of a unit are, as lengths say} */
    static List<Integer> frames(byte[] segment, int unit) {
        List<Integer> found = new ArrayList<>();
        long end = Math.min(segment.length, unit + (long) Format.getInt(segment, unit + UNIT_LENGTH));
        for (long at = (long) unit + UNIT_HEADER;
                at < end && Format.fits(segment, (int) at);
                at += Format.frameBytes(segment, (int) at)) {
            found.add((int) at);
        }
        return found;
    }

    static long salt(byte[] segment) {
        return segment.length < PAGE ? 0 : Format.getLong(segment, Format.SEGMENT_SALT);
    }

    /** Makes the checksum of a root copy or segment header right. */
    static void page(byte[] bytes) {
        if (bytes.length >= PAGE) {
            Format.putInt(bytes, PAGE_CRC, Format.pageCrc(bytes));
        }
    }

    /** Makes the checksum of a unit's header right. */
    static void unit(byte[] segment, int unit) {
        Format.putInt(segment, unit + UNIT_CRC, Format.unitCrc(segment, unit));
    }

    /** Makes the checksum of a frame right, if its length is possible. */
    static void frame(byte[] segment, int frame) {
        if (Format.fits(segment, frame)) {
            Format.putInt(segment, frame + FRAME_CRC, Format.frameCrc(segment, frame));
        }
    }

    /** Makes a unit one of this place: LSN, tags, checksums. */
    static void place(byte[] segment, int unit, long base) {
        long salt = salt(segment);
        long lsn = base + unit;
        Format.putLong(segment, unit + UNIT_LSN, lsn);
        Format.putLong(segment, unit + UNIT_TAG, Format.mix(salt ^ lsn));
        unit(segment, unit);
        for (int frame : frames(segment, unit)) {
            Format.putInt(segment, frame + FRAME_TAG, Format.frameTag(salt, base + frame));
            frame(segment, frame);
        }
    }

    /** Makes all of a segment right for a place. */
    static void segment(byte[] segment, long base) {
        page(segment);
        for (int unit : units(segment)) {
            place(segment, unit, base);
        }
    }
}

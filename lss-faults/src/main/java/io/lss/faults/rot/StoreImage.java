package io.lss.faults.rot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a store at some moment, and what was done to it before.
 *
 * @param name for messages
 * @param segmentSize of the store, in bytes
 * @param files by name; only root copies and segments
 * @param published every record ever published, by LSN
 * @param aborted the LSNs of reservations that were aborted
 * @param roots the root copies as they were after each change, oldest first; the last pair may be that in {@code files}
 * @param appRoots every application root there was, the last one last
 * @param begins every begin of the log that there was, the last one last
 */
record StoreImage(
        String name,
        long segmentSize,
        Map<String, byte[]> files,
        NavigableMap<Long, byte[]> published,
        Set<Long> aborted,
        List<Map<String, byte[]>> roots,
        List<byte[]> appRoots,
        List<Long> begins) {

    /** The block size of every image, in bytes. */
    static final int BLOCK = 4096;

    private static final String ROOT = "root-";
    private static final String SEGMENT = "seg-";
    private static final String SUFFIX = ".lss";
    private static final int HEX = 16;

    /** {@return the name of a root copy's file} */
    static String rootName(int copy) {
        return ROOT + copy;
    }

    /** {@return the name of a segment's file} */
    static String segmentName(long number) {
        return String.format("%s%016x%s", SEGMENT, number, SUFFIX);
    }

    static boolean isRoot(String file) {
        return file.equals(rootName(0)) || file.equals(rootName(1));
    }

    static boolean isSegment(String file) {
        return file.startsWith(SEGMENT) && file.endsWith(SUFFIX);
    }

    /** {@return the number of the segment that a file holds} */
    static long number(String file) {
        return Long.parseLong(file.substring(SEGMENT.length(), SEGMENT.length() + HEX), HEX);
    }

    /** {@return the numbers of the segments, ascending} */
    List<Long> segments() {
        List<Long> numbers = new ArrayList<>();
        for (String file : new TreeMap<>(files).keySet()) {
            if (isSegment(file)) {
                numbers.add(number(file));
            }
        }
        return numbers;
    }

    byte[] segment(long number) {
        return content(segmentName(number));
    }

    byte[] content(String file) {
        byte[] bytes = files.get(file);
        if (bytes == null) {
            throw new IllegalArgumentException(name + " has no file " + file);
        }
        return bytes;
    }

    long begin() {
        return begins.getLast();
    }
}

package io.lss.faults.fuzz;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What is on a device in memory: root copies and segments. One thread's. */
final class MemoryMedium {

    /** The root copies that are there, by number. */
    final NavigableMap<Integer, byte[]> roots = new TreeMap<>();

    /** The segments, by number. A segment grows as it is written. */
    final NavigableMap<Long, byte[]> segments = new TreeMap<>();

    MemoryMedium copy() {
        MemoryMedium copy = new MemoryMedium();
        roots.forEach((number, bytes) -> copy.roots.put(number, bytes.clone()));
        segments.forEach((number, bytes) -> copy.segments.put(number, bytes.clone()));
        return copy;
    }

    boolean isSameAs(MemoryMedium other) {
        return isSame(roots, other.roots) && isSame(segments, other.segments);
    }

    private static <K> boolean isSame(NavigableMap<K, byte[]> one, NavigableMap<K, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(each -> Arrays.equals(each.getValue(), other.get(each.getKey())));
    }

    byte[] segment(long number) {
        byte[] bytes = segments.get(number);
        if (bytes == null) {
            throw new IllegalStateException("no segment " + number);
        }
        return bytes;
    }
}

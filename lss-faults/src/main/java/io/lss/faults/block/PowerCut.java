package io.lss.faults.block;

import io.lss.faults.block.WriteLog.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Builds the disk as it may be when the power goes after the first {@code p} entries of a log, for ascending {@code p}.
 *
 * <p>What came before the last flush among them is there; the disk did one request after the other, so all of it had been
 * completed when the flush began. So is what was written with FUA. Of the rest each write and discard is there, is not, or is
 * there in part: in whole blocks, except that a write of the store itself may be torn at any sector (file systems count on whole
 * blocks, the store does not).
 */
final class PowerCut implements AutoCloseable {

    private static final int SECTOR = 512;

    /** The first three bytes of segment headers, flush units and roots: "LSS". */
    private static final int STORE = 'L' | 'S' << 8 | 'S' << 16;

    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** How much of what no flush has covered is there. */
    private enum Mood { NOTHING, EVERYTHING, LATEST, EARLIEST, LITTLE, HALF, MOST }

    private final List<Entry> entries;
    private final DiskImage durable;
    private int applied;
    private long kept;
    private long lost;
    private long torn;

    /** Of a disk of a size, its durable state in a file. */
    PowerCut(List<Entry> entries, Path base, long bytes) throws IOException {
        this.entries = entries;
        this.durable = DiskImage.create(base, bytes);
    }

    long kept() {
        return kept;
    }

    long lost() {
        return lost;
    }

    long torn() {
        return torn;
    }

    /** Makes {@code image} the disk after {@code p} entries; not fewer than the last time. {@return how, for people} */
    String at(int p, SplittableRandom random, Path image) throws IOException {
        int covered = covered(p);
        for (; applied < covered; applied++) {
            apply(durable, entries.get(applied), 0, entries.get(applied).length());
        }
        Mood mood = Mood.values()[random.nextInt(Mood.values().length)];
        int pivot = covered + (p == covered ? 0 : random.nextInt(p - covered));
        try (DiskImage disk = durable.copy(image)) {
            for (int i = covered; i < p; i++) {
                Entry entry = entries.get(i);
                if (entry.isFua()) {
                    apply(disk, entry, 0, entry.length());
                } else if (entry.length() > 0) {
                    keepOrLose(disk, entry, chance(mood, i, pivot), random);
                }
            }
        }
        return mood + " of the " + (p - covered) + " requests after the last flush";
    }

    /** {@return how many entries from the first on are durable after {@code p}} Not the data of the flush that makes them so. */
    private int covered(int p) {
        int flush = p - 1;
        while (flush >= 0 && !entries.get(flush).isFlush()) {
            flush--;
        }
        if (flush < 0) {
            return 0;
        }
        return entries.get(flush).length() == 0 ? flush + 1 : flush;
    }

    /** {@return of eight, how many requests are there} */
    private static int chance(Mood mood, int number, int pivot) {
        return switch (mood) {
            case NOTHING -> 0;
            case EVERYTHING -> 8;
            case LATEST -> number >= pivot ? 8 : 0;
            case EARLIEST -> number < pivot ? 8 : 0;
            case LITTLE -> 1;
            case HALF -> 4;
            case MOST -> 7;
        };
    }

    private void keepOrLose(DiskImage disk, Entry entry, int chance, SplittableRandom random) throws IOException {
        boolean mixed = chance > 0 && chance < 8;
        if (mixed && entry.length() > SECTOR && random.nextInt(3) == 0) {
            boolean sectors = isStores(entry) && random.nextBoolean();
            tear(disk, entry, sectors ? SECTOR : DiskImage.BLOCK, random);
            torn++;
        } else if (random.nextInt(8) < chance) {
            apply(disk, entry, 0, entry.length());
            kept++;
        } else {
            lost++;
        }
    }

    private static boolean isStores(Entry entry) {
        return entry.data().byteSize() >= DiskImage.BLOCK && (entry.data().get(U32, 0) & 0xFFFFFF) == STORE;
    }

    private static void tear(DiskImage disk, Entry entry, int unit, SplittableRandom random) throws IOException {
        for (long at = 0; at < entry.length(); ) {
            long next = ((entry.position() + at) / unit + 1) * unit - entry.position();
            long end = Math.min(entry.length(), next);
            if (random.nextBoolean()) {
                apply(disk, entry, at, end);
            }
            at = end;
        }
    }

    private static void apply(DiskImage disk, Entry entry, long from, long to) throws IOException {
        if (entry.isDiscard()) {
            disk.zero(entry.position() + from, to - from);
        } else if (to > from) {
            MemorySegment data = entry.data();
            disk.write(entry.position() + from, data.asSlice(from, to - from));
        }
    }

    @Override
    public void close() throws IOException {
        durable.close();
    }
}

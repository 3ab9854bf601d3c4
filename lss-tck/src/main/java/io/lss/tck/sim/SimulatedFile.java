package io.lss.tck.sim;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The object behind a segment's name: a deleted segment and another created later under the same number are two of
 * these. Guarded by the medium's monitor.
 *
 * <p>Invariant: {@code seen} is {@code durable} with every write applied that has completed.
 */
final class SimulatedFile {

    private long number;
    private final long salt;
    private final int blockSize;
    private long size;
    private Plane seen = new Plane();
    private Plane durable = new Plane();
    private final List<PendingWrite> unsynced = new ArrayList<>();
    private final boolean halfMade;

    /**
     * A file on which nothing was written.
     *
     * @param number the segment's
     * @param size how many bytes may be written to it
     * @param blockSize the unit in which it tears
     * @param salt what its unwritten garbage depends on
     * @param halfMade whether it cannot be opened
     */
    SimulatedFile(long number, long size, int blockSize, long salt, boolean halfMade) {
        this.number = number;
        this.size = size;
        this.blockSize = blockSize;
        this.salt = salt;
        this.halfMade = halfMade;
    }

    long number() {
        return number;
    }

    long size() {
        return size;
    }

    boolean isHalfMade() {
        return halfMade;
    }

    /** {@return what reads see} */
    Plane seen() {
        return seen;
    }

    /**
     * {@return a file of another number and size that begins with this one's content, as one that was recycled does}
     */
    SimulatedFile recycledAs(long newNumber, long newSize, long newSalt) {
        var file = new SimulatedFile(newNumber, newSize, blockSize, newSalt, false);
        file.seen = seen.copy();
        file.durable = seen.copy();
        file.cut(newSize);
        return file;
    }

    /** Lets this very file, with what is on its way to it, stand for another segment (what F10 forbids). */
    void rename(long newNumber, long newSize) {
        number = newNumber;
        size = newSize;
    }

    // -------------------------------------------------------------------------------------------- writes and syncs

    /** Takes a write in: from now on a crash may leave any of its blocks. */
    PendingWrite begin(int first, Block[] blocks, SimulatedDevice issuer) {
        var write = new PendingWrite(first, blocks, issuer, PendingWrite.State.IN_FLIGHT);
        unsynced.add(write);
        return write;
    }

    /** Completes a write: reads see it. */
    void complete(PendingWrite write) {
        seen.setAll(write.first(), write.blocks());
        write.become(PendingWrite.State.COMPLETED);
    }

    /** Fails a write of which some blocks have reached the file. */
    void fail(PendingWrite write, @Nullable Block[] arrived) {
        seen.setAll(write.first(), arrived);
        write.become(PendingWrite.State.LOST);
    }

    /** {@return the writes that a sync beginning now covers} */
    List<PendingWrite> completed() {
        return unsynced.stream().filter(w -> w.state() == PendingWrite.State.COMPLETED).toList();
    }

    /** Makes writes durable, except those a failure has made undurable for good. */
    void persist(Collection<PendingWrite> writes) {
        for (PendingWrite write : writes) {
            if (write.state() == PendingWrite.State.COMPLETED && unsynced.remove(write)) {
                durable.setAll(write.first(), write.blocks());
            }
        }
    }

    /** The sync of these writes failed: no later one makes them durable. */
    void lose(Collection<PendingWrite> writes) {
        for (PendingWrite write : writes) {
            if (write.state() == PendingWrite.State.COMPLETED) {
                write.become(PendingWrite.State.LOST);
            }
        }
    }

    /**
     * Decides which blocks of writes that failed, or whose sync failed, are on the medium; reads see the truth from
     * now on.
     */
    void settleLost(Fate fate) {
        for (Iterator<PendingWrite> all = unsynced.iterator(); all.hasNext(); ) {
            PendingWrite write = all.next();
            if (write.state() == PendingWrite.State.LOST) {
                durable.setAll(write.first(), fate.survivors(write.blocks()));
                for (int i = write.first(); i < write.first() + write.blocks().length; i++) {
                    seen.set(i, durable.get(i));
                }
                all.remove();
            }
        }
    }

    /** Lands writes whose issuer is dead. */
    int landOrphans() {
        int landed = 0;
        for (PendingWrite write : unsynced) {
            if (write.isOrphan()) {
                complete(write);
                landed++;
            }
        }
        return landed;
    }

    /** {@return how many writes are in flight whose issuer is dead} */
    int orphans() {
        return (int) unsynced.stream().filter(PendingWrite::isOrphan).count();
    }

    /** Says that nothing is written beyond {@code end}; what is there is given back. */
    void finish(long end) {
        cut(end);
        size = Math.min(size, end);
    }

    // -------------------------------------------------------------------------------------------- reads

    /** Reads what reads see, or, if {@code stale}, only what is durable. */
    long read(MemorySegment dst, long position, FreshContent fresh, boolean stale) {
        Plane plane = stale ? durable : seen;
        long end = Math.min(position + dst.byteSize(), size);
        if (fresh == FreshContent.SHORT) {
            end = Math.min(end, writtenEnd(plane));
        }
        long at = position;
        while (at < end) {
            int index = Math.toIntExact(at / blockSize);
            int from = (int) (at % blockSize);
            int length = (int) Math.min(blockSize - from, end - at);
            Block block = plane.get(index);
            if (block != null) {
                block.copyTo(dst, at - position, from, length);
            } else if (fresh == FreshContent.GARBAGE) {
                garbage(index).copyTo(dst, at - position, from, length);
            } else {
                dst.asSlice(at - position, length).fill((byte) 0);
            }
            at += length;
        }
        return Math.max(0, end - position);
    }

    /** {@return the whole content as reads see it} */
    byte[] content() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        read(MemorySegment.ofArray(bytes), 0, FreshContent.ZEROS, false);
        return bytes;
    }

    private long writtenEnd(Plane plane) {
        int limit = plane.limit();
        while (limit > 0 && plane.get(limit - 1) == null) {
            limit--;
        }
        return (long) limit * blockSize;
    }

    /** {@return what a block that was never written reads as; the same each time} */
    private Block garbage(int index) {
        byte[] bytes = new byte[blockSize];
        long x = ContentHash.combine(salt, index);
        for (int i = 0; i < bytes.length; i++) {
            if (i % Long.BYTES == 0) {
                x = ContentHash.mix(x + i + 1);
            }
            bytes[i] = (byte) (x >>> (i % Long.BYTES * Byte.SIZE));
        }
        return Block.owning(bytes);
    }

    // -------------------------------------------------------------------------------------------- crashes

    /** {@return this file after power loss} */
    SimulatedFile afterCrash(Fate fate) {
        var copy = new SimulatedFile(number, size, blockSize, salt, halfMade);
        copy.durable = durable.copy();
        for (PendingWrite write : unsynced) {
            copy.durable.setAll(write.first(), fate.survivors(write.blocks()));
        }
        copy.seen = copy.durable.copy();
        return copy;
    }

    /** {@return this file after the death of the process; with {@code late}, some writes are still to come} */
    SimulatedFile afterKill(Fate fate, boolean late) {
        var copy = new SimulatedFile(number, size, blockSize, salt, halfMade);
        copy.durable = durable.copy();
        copy.seen = seen.copy();
        for (PendingWrite write : unsynced) {
            if (write.state() != PendingWrite.State.IN_FLIGHT) {
                copy.unsynced.add(new PendingWrite(write.first(), write.blocks(), null, write.state()));
                continue;
            }
            @Nullable Block[] landed = fate.survivors(write.blocks());
            var now = new PendingWrite(write.first(), landed, null, PendingWrite.State.IN_FLIGHT);
            copy.unsynced.add(now);
            copy.complete(now);
            if (late && fate.keeps()) {
                @Nullable Block[] rest = write.blocks().clone();
                for (int i = 0; i < rest.length; i++) {
                    rest[i] = landed[i] == null ? rest[i] : null;
                }
                if (Arrays.stream(rest).anyMatch(b -> b != null)) {
                    copy.unsynced.add(new PendingWrite(write.first(), rest, null, PendingWrite.State.IN_FLIGHT));
                }
            }
        }
        return copy;
    }

    // -------------------------------------------------------------------------------------------- damage

    /** Puts a block into both planes; null makes it one that was never written. */
    void damage(int index, @Nullable Block block) {
        seen.set(index, block);
        durable.set(index, block);
    }

    /** Replaces bytes in both planes from {@code end} on by nothing. */
    void cut(long end) {
        int whole = Math.toIntExact(end / blockSize);
        int kept = (int) (end % blockSize);
        for (Plane plane : List.of(seen, durable)) {
            for (int i = whole; i < plane.limit(); i++) {
                Block block = plane.get(i);
                if (block != null && i == whole && kept > 0) {
                    byte[] bytes = block.toBytes();
                    Arrays.fill(bytes, kept, bytes.length, (byte) 0);
                    plane.set(i, Block.owning(bytes));
                } else if (block != null) {
                    plane.set(i, null);
                }
            }
        }
    }

    /** {@return a durable copy of what reads see, under another number} */
    SimulatedFile durableCopy(long newNumber) {
        var copy = new SimulatedFile(newNumber, size, blockSize, salt, false);
        copy.seen = seen.copy();
        copy.durable = seen.copy();
        return copy;
    }

    /** {@return a hash of the durable content} */
    long hash() {
        return ContentHash.combine(size, durable.hash()) + (halfMade ? 1 : 0);
    }

    /**
     * {@return one character for each block: {@code #} durable, {@code ~} seen but not durable, {@code .} never
     * written}
     */
    @Override
    public String toString() {
        var drawing = new StringBuilder();
        for (int i = 0; i < Math.max(seen.limit(), durable.limit()); i++) {
            Block block = seen.get(i);
            drawing.append(block == null ? '.' : block == durable.get(i) ? '#' : '~');
        }
        String rest = unsynced.isEmpty() ? "" : " " + unsynced.size() + " writes not durable";
        return (halfMade ? "half made " : "") + size + " bytes [" + drawing + "]" + rest;
    }
}

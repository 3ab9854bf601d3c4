package io.lss.faults.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A run's claims in a mapped file, which outlives the process. Its first page holds the fields, and may be mirrored to a block of
 * a disk, so that acknowledgements stand in the same ordered stream as what they acknowledge.
 */
public final class Account implements Claims {

    /** The size of the page with the fields, in bytes. */
    public static final int PAGE = 4096;

    private static final int FIELD = 64;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final long BYTES = PAGE + (long) Load.THREADS * Load.MOST * Long.BYTES;

    private final MemorySegment memory;
    private final @Nullable Mirror mirror;

    private Account(MemorySegment memory, @Nullable Mirror mirror) {
        this.memory = memory;
        this.mirror = mirror;
    }

    /**
     * {@return an account in which nothing is claimed yet} What an earlier run has left under this name is no part of it: an LSN of that run, taken
     * for one of this, would be a hole in its log.
     *
     * @param file replaced; who has mapped the earlier one keeps it
     * @throws IOException if it cannot be created and mapped
     */
    public static Account create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return map(file, null, StandardOpenOption.CREATE_NEW);
    }

    /**
     * {@return the account that somebody else has created}
     *
     * @param file there
     * @throws IOException if it is not there or cannot be mapped
     */
    public static Account map(Path file) throws IOException {
        return map(file, null);
    }

    static Account map(Path file, @Nullable Mirror mirror) throws IOException {
        return map(file, mirror, StandardOpenOption.READ);
    }

    private static Account map(Path file, @Nullable Mirror mirror, StandardOpenOption more) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, more)) {
            return new Account(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, Arena.ofAuto()), mirror);
        }
    }

    @Override
    public long get(int field) {
        return get(memory, field);
    }

    /**
     * {@return the value of a field in a copy of an account's first page}
     *
     * @param page the copy
     * @param field as for {@link #get(int)}
     */
    public static long get(MemorySegment page, int field) {
        return (long) LONG.getAcquire(page, (long) field * FIELD);
    }

    /**
     * Release: who sees the value sees what was done before. The parent reads after the process has died, which orders
     * everything.
     */
    void set(int field, long value) throws IOException {
        LONG.setRelease(memory, (long) field * FIELD, value);
        if (mirror != null) {
            mirror.write(memory);
        }
    }

    /**
     * Claims that the store was opened.
     *
     * @param session its number
     * @throws IOException if the mirror cannot be written
     */
    public void setOpened(long session) throws IOException {
        set(Claims.OPENED, session);
    }

    /**
     * Claims that the store has failed.
     *
     * @param stableLsn below which records are stable, as it said
     * @throws IOException if the mirror cannot be written
     */
    public void setFailed(long stableLsn) throws IOException {
        set(Claims.STABLE_AT_FAILURE, stableLsn);
    }

    /** As {@link #set}, of a field whose value only bounds what may be there, so that it need not stand in the stream. */
    void setQuietly(int field, long value) {
        LONG.setRelease(memory, (long) field * FIELD, value);
    }

    @Override
    public long lsn(int thread, int number) {
        return (long) LONG.getAcquire(memory, place(thread, number));
    }

    void lsn(int thread, int number, long lsn) {
        LONG.setRelease(memory, place(thread, number), lsn);
    }

    private static long place(int thread, int number) {
        return PAGE + ((long) thread * Load.MOST + number - 1) * Long.BYTES;
    }
}

package io.lss.cli.demo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the loaders tell, in a file that two processes have mapped: it outlives a loader killed at any instruction.
 *
 * <pre>
 *    0     process: state
 *    128   writer 0: begun | published records | published bytes | stable records | stable bytes | stable LSN
 *    256   writer 1: ...
 * </pre>
 *
 * <p>Every field is a long, written in one piece by one thread, and only grows. The order of the writes is the promise:
 *
 * <ul>
 *   <li>{@code begun} before a record is published: what is recovered has been begun.
 *   <li>{@code stable records} and {@code stable LSN} after the store has said so: each is true by itself,
 *       whichever of them the kill let through.
 * </ul>
 */
final class ControlPage {
    static final long STARTING = 0;
    static final long LOADING = 1;
    static final long LOADED = 2;

    /** Two cache lines, so that writers do not slow each other down. */
    private static final int STRIDE = 128;

    private static final int STATE = 0;
    private static final int BEGUN = 0;
    private static final int PUBLISHED_RECORDS = 8;
    private static final int PUBLISHED_BYTES = 16;
    private static final int STABLE_RECORDS = 24;
    private static final int STABLE_BYTES = 32;
    private static final int STABLE_LSN = 40;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final int writers;

    private ControlPage(MemorySegment memory, int writers) {
        this.memory = memory;
        this.writers = writers;
    }

    /** {@return the page in a file, made if it is missing} */
    static ControlPage open(Path file, int writers) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            long length = (writers + 1L) * STRIDE;
            return new ControlPage(channel.map(MapMode.READ_WRITE, 0, length, Arena.ofAuto()), writers);
        }
    }

    void state(long state) {
        LONG.setRelease(memory, (long) STATE, state);
    }

    long state() {
        return (long) LONG.getAcquire(memory, (long) STATE);
    }

    /** Called before a writer publishes its next record. */
    void begin(int writer, long records) {
        set(writer, BEGUN, records);
    }

    /** Called after it. */
    void published(int writer, long records, long bytes) {
        set(writer, PUBLISHED_BYTES, bytes);
        set(writer, PUBLISHED_RECORDS, records);
    }

    /** Called after the store has acknowledged a writer's first {@code records} records. */
    void stable(int writer, long records, long bytes, long lsn) {
        set(writer, STABLE_LSN, lsn);
        set(writer, STABLE_BYTES, bytes);
        set(writer, STABLE_RECORDS, records);
    }

    /** {@return what a writer claims} */
    Claim claim(int writer) {
        long acknowledged = get(writer, STABLE_RECORDS);
        return new Claim(get(writer, BEGUN), acknowledged, acknowledged == 0 ? -1 : get(writer, STABLE_LSN));
    }

    long publishedRecords() {
        return sum(PUBLISHED_RECORDS);
    }

    long publishedBytes() {
        return sum(PUBLISHED_BYTES);
    }

    long stableRecords() {
        return sum(STABLE_RECORDS);
    }

    long stableBytes() {
        return sum(STABLE_BYTES);
    }

    private long sum(int field) {
        long sum = 0;
        for (int writer = 0; writer < writers; writer++) {
            sum += get(writer, field);
        }
        return sum;
    }

    private long get(int writer, int field) {
        return (long) LONG.getAcquire(memory, (writer + 1L) * STRIDE + field);
    }

    private void set(int writer, int field, long value) {
        LONG.setRelease(memory, (writer + 1L) * STRIDE + field, value);
    }
}

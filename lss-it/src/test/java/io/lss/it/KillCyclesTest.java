package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a loading process again and again, on one store that lives through all of it, and holds what is recovered against what the
 * process was told: acknowledged is in recovered, recovered is a gap-free beginning of what each thread published, byte for
 * byte, and what was there before is still there.
 *
 * <p>A kill leaves the page cache: what only a power cut loses is the simulated device's part.
 */
class KillCyclesTest {

    private static final int CYCLES = Integer.getInteger("lss.kill.cycles", 200);
    private static final long SEED = Long.getLong("lss.kill.seed", 20_260_101L);

    /** What was found wrong; an exception, so that the lying loader can be seen caught. */
    private static final class OracleViolation extends Exception {
        private static final long serialVersionUID = 1L;

        OracleViolation(String message) {
            super(message);
        }
    }

    /** A record that was found: where, and whose. */
    private record Found(long lsn, int cycle, int thread, long sequence) {}

    @TempDir
    Path temp;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private List<Found> before = new ArrayList<>();
    private long acknowledged;
    private long recovered;
    private long cut;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void s11_whateverIsKilledWhenever_whatWasAcknowledgedIsRecoveredAndNothingElseIsMadeUp() throws Exception {
        Path store = temp.resolve("store");
        long largest = 0;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            runAndKill(store, cycle, false);
            verifyAndTrim(store, cycle);
            largest = Math.max(largest, sizeOf(store));
        }
        System.out.println("kill -9: " + CYCLES + " cycles, seed " + SEED + ", acknowledged " + acknowledged + ", recovered " + recovered
                + ", bytes cut " + cut + ", largest store " + (largest >> 10) + " KiB");
        assertTrue(acknowledged > CYCLES, "hardly anything was acknowledged: " + acknowledged);
        // The live part is bounded by the trims below; the rest is the segments around it and what one cycle appends.
        assertTrue(largest < 512L << 20, "the store has grown to " + largest + " bytes");
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aLoaderThatNotesRecordsAsStableBeforeTheyAreIsCaught() throws Exception {
        Path store = temp.resolve("lies");
        OracleViolation caught = null;
        for (int cycle = 0; cycle < 20 && caught == null; cycle++) {
            runAndKill(store, cycle, true);
            try {
                verifyAndTrim(store, cycle);
            } catch (OracleViolation e) {
                caught = e;
            }
        }
        assertTrue(caught != null, "20 kills of a lying loader were not noticed");
        assertTrue(String.valueOf(caught.getMessage()).contains("acknowledged"), caught.getMessage());
    }

    private Path note() {
        return temp.resolve("note");
    }

    private void runAndKill(Path store, int cycle, boolean lie) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(note().toFile(), "rw")) {
            file.setLength(0);
            file.setLength(KillLoader.NOTE_BYTES);
            MappedByteBuffer note = file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, KillLoader.NOTE_BYTES);
            Path output = temp.resolve("output");
            Process child = new ProcessBuilder(List.of(
                            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KillLoader.class.getName(),
                            store.toString(),
                            note().toString(),
                            Integer.toString(cycle),
                            Boolean.toString(lie)))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            // Every tenth is killed at a random moment of its opening, recovery included; the others while they append.
            boolean early = cycle % 10 == 9;
            while (!early && child.isAlive() && (note.getInt(0) == 0 || note.getLong(KillLoader.noteOf(0)) == 0)) {
                LockSupport.parkNanos(1_000_000);
            }
            LockSupport.parkNanos(early ? random.nextLong(600_000_000L) : random.nextLong(60_000_000L));
            boolean wasAlive = child.isAlive();
            child.destroyForcibly().waitFor();
            assertTrue(wasAlive, () -> "the loader of cycle " + cycle + " ended by itself: " + read(output));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void verifyAndTrim(Path directory, int cycle) throws Exception {
        long[] stable = new long[KillLoader.THREADS];
        ByteBuffer note = ByteBuffer.wrap(Files.readAllBytes(note()));
        for (int t = 0; t < stable.length; t++) {
            stable[t] = note.getLong(KillLoader.noteOf(t));
            acknowledged += stable[t];
        }
        try (LogStructuredStore store = LogStructuredStore.open(directory, KillLoader.options(cycle + 1))) {
            cut += store.recovery().bytesCut();
            List<Found> found = scan(store);
            check(found, stable, cycle);
            before = found;
            recovered += found.size();
            if (found.size() > 2000) {
                long begin = found.get(found.size() - 1000).lsn();
                store.trimBefore(begin);
                before = new ArrayList<>(found.subList(found.size() - 1000, found.size()));
            }
        }
    }

    private static List<Found> scan(LogStructuredStore store) throws Exception {
        List<Found> found = new ArrayList<>();
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                byte[] bytes = cursor.payload().toArray(ValueLayout.JAVA_BYTE);
                ByteBuffer header = ByteBuffer.wrap(bytes);
                Found record = new Found(cursor.lsn(), header.getInt(), header.getInt(), header.getLong());
                if (!Arrays.equals(bytes, KillLoader.record(record.cycle(), record.thread(), record.sequence()))) {
                    throw new OracleViolation("the record at LSN " + record.lsn() + " is not what was published: " + record);
                }
                found.add(record);
            }
        }
        return found;
    }

    /** What was there is there, in place; then come this cycle's records, each thread's from 1 without a gap, all acknowledged ones among them. */
    private void check(List<Found> found, long[] stable, int cycle) throws OracleViolation {
        if (found.size() < before.size() || !found.subList(0, before.size()).equals(before)) {
            throw new OracleViolation("records that had been recovered before cycle " + cycle + " are gone or have moved");
        }
        long[] last = new long[stable.length];
        for (Found record : found.subList(before.size(), found.size())) {
            if (record.cycle() != cycle) {
                throw new OracleViolation("a record of another cycle than " + cycle + " has appeared: " + record);
            }
            if (record.sequence() != last[record.thread()] + 1) {
                throw new OracleViolation("after record " + last[record.thread()] + " of its thread comes " + record);
            }
            last[record.thread()]++;
        }
        for (int t = 0; t < stable.length; t++) {
            if (last[t] < stable[t]) {
                throw new OracleViolation("cycle " + cycle + ", thread " + t + ": acknowledged up to " + stable[t] + ", recovered up to "
                        + last[t]);
            }
        }
    }

    private static long sizeOf(Path directory) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}

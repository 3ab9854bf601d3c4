package io.lss.uring;

import io.lss.api.Durability;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program whose heap is full, to the last object, at one moment: while writes are queued, before a submission, or when a completion is taken
 * in. It prints how often each accepted operation was told once the device is closed, and whether the heap was full at all.
 */
final class FullHeapChild {

    private static final int LENGTH = 64 << 10;

    /** As many as a queue holds before it has to grow, and one. */
    private static final int MANY = 17;

    private static final int MOST_DRIVES = 3_000;

    private static @Nullable Object @Nullable [] hog;

    /** Small pieces, to be let go one by one. */
    private static final byte[][] BALLAST = new byte[200][];
    private static volatile boolean armed;
    private static boolean wasFull;

    private FullHeapChild() {}

    private static void fillTheHeap() {
        Object[] head = null;
        for (int n = 8 << 20; n > 0; ) {
            try {
                Object[] more = new Object[n];
                more[0] = head;
                head = more;
            } catch (OutOfMemoryError e) {
                wasFull = true;
                n /= 2;
            }
        }
        hog = head;
    }

    /** Given are the name of another program, the directory, the moment, and the way to durability. */
    public static void main(String[] arguments) throws Exception {
        String moment = arguments[2];
        Path at = Path.of(arguments[1]);
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, 4, Map.of("durable", arguments[3]));
        UringDevice device = UringDevice.open(at, options, Settings.of(options), result -> {
            if (armed && moment.equals("reap")) {
                armed = false;
                fillTheHeap();
            }
            return result;
        });
        Segment segment = device.create(1, 16 << 20);
        MemorySegment memory = device.allocate(16 << 20);
        int[] told = new int[moment.equals("queue") ? MANY : 3];
        Completion[] completions = new Completion[told.length];
        MemorySegment[] sources = new MemorySegment[told.length];
        for (int i = 0; i < told.length; i++) {
            int index = i;
            completions[i] = (bytes, failure) -> told[index]++;
            sources[i] = memory.asSlice((long) i * LENGTH, LENGTH);
        }
        armed = true;
        int accepted = 0;
        try {
            if (moment.equals("queue")) {
                while (accepted < MANY - 1) {
                    segment.write(sources[accepted], (long) accepted * LENGTH, true, completions[accepted]);
                    accepted++;
                }
                Arrays.setAll(BALLAST, i -> new byte[16]);
                fillTheHeap();
                writeWhenThereIsMemory(segment, sources[accepted], (long) accepted * LENGTH, completions[accepted]);
                accepted++;
                hog = null;
            } else {
                for (int i = 0; i < 2; i++) {
                    segment.write(sources[i], (long) i * LENGTH, true, completions[i]);
                }
                segment.sync(completions[2]);
                accepted = 3;
            }
            if (moment.equals("submit")) {
                fillTheHeap();
            }
            device.submit();
            for (int i = 0; i < MOST_DRIVES && Arrays.stream(told).sum() < accepted; i++) {
                int _ = device.drive(1_000_000);
            }
        } catch (RuntimeException | Error e) {
            hog = null; // what it was does not matter: each operation is told
        }
        hog = null;
        armed = false;
        device.close();
        UringDevice.open(at, options, Settings.of(options)).close();
        System.out.println((wasFull ? "heap full" : "heap not full") + ", told " + Arrays.toString(told) + ", opened again");
    }

    /** Tries again with a little more memory each time: so it has failed for want of each object that a write needs. */
    private static void writeWhenThereIsMemory(Segment segment, MemorySegment source, long position, Completion completion) {
        for (int i = 0; i < BALLAST.length; i++) {
            try {
                segment.write(source, position, true, completion);
                return;
            } catch (OutOfMemoryError e) {
                BALLAST[i] = null;
            } catch (UncheckedIOException e) {
                BALLAST[i] = null; // the device has failed; it says so, or refuses the next try through the completion
            }
        }
        hog = null;
        segment.write(source, position, true, completion);
    }
}

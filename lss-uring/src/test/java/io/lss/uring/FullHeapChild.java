package io.lss.uring;

import io.lss.api.Durability;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program whose heap is full, to the last object, at one moment: before a submission, or when a completion is taken in. Two durable writes
 * and a sync are under way then. It prints how often each was told once the device is closed.
 */
final class FullHeapChild {

    private static final int LENGTH = 64 << 10;

    private static @Nullable Object @Nullable [] hog;
    private static volatile boolean armed;

    private FullHeapChild() {}

    private static void fillTheHeap() {
        Object[] head = null;
        for (int n = 8 << 20; n > 0; ) {
            try {
                Object[] more = new Object[n];
                more[0] = head;
                head = more;
            } catch (OutOfMemoryError e) {
                n /= 2;
            }
        }
        hog = head;
    }

    /** Given are the name of another program, the directory, the moment, and the way to durability. */
    public static void main(String[] arguments) throws Exception {
        boolean whenReaping = arguments[2].equals("reap");
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, 4, Map.of("durable", arguments[3]));
        UringDevice device = UringDevice.open(Path.of(arguments[1]), options, Settings.of(options), result -> {
            if (armed && whenReaping) {
                armed = false;
                fillTheHeap();
            }
            return result;
        });
        Segment segment = device.create(1, 1 << 20);
        MemorySegment memory = device.allocate(4 << 20);
        int[] told = new int[3];
        Completion[] completions = new Completion[3];
        for (int i = 0; i < 3; i++) {
            int index = i;
            completions[i] = (bytes, failure) -> told[index]++;
        }
        armed = true;
        String thrown = "nothing";
        try {
            for (int i = 0; i < 2; i++) {
                segment.write(memory.asSlice((long) i * LENGTH, LENGTH), (long) i * LENGTH, true, completions[i]);
            }
            segment.sync(completions[2]);
            if (!whenReaping) {
                fillTheHeap();
            }
            device.submit();
            while (told[0] + told[1] + told[2] < 3) {
                int _ = device.drive(1_000_000);
            }
        } catch (RuntimeException | Error e) {
            hog = null;
            thrown = "something";
        }
        hog = null;
        armed = false;
        device.close();
        System.out.println(thrown + " thrown, told " + Arrays.toString(told));
    }
}

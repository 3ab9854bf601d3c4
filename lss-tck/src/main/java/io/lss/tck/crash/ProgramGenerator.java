package io.lss.tck.crash;

import io.lss.api.Durability;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.tck.program.Mix;
import io.lss.tck.program.StoreCall;
import io.lss.tck.sim.FreshContent;
import io.lss.tck.sim.SimulatedSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws programs. Everything is small, so that rolls, full rings and trims happen all the time. */
final class ProgramGenerator {

    private static final int SMALL_BLOCK = 512;
    private static final int BLOCK = 4096;
    private static final int LARGE_BLOCK = 8192;

    private final long seed;
    private final SplittableRandom random;

    /** The longest record that is usual in this program. */
    private final int usualLength;

    private final boolean waitsOften;

    /** In what the device writes and tears. */
    private final int blockSize;

    private final int bufferSize;

    ProgramGenerator(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(Mix.of(seed));
        this.blockSize = new int[] {BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, SMALL_BLOCK, SMALL_BLOCK, LARGE_BLOCK}[random.nextInt(8)];
        this.bufferSize = 4 * Math.max(BLOCK, blockSize);
        this.usualLength = new int[] {60, 3_000, bufferSize, bufferSize}[random.nextInt(4)];
        this.waitsOften = random.nextInt(3) > 0;
    }

    Program generate(boolean stormy) {
        StoreOptions options = options();
        SimulatedSettings device = device();
        int length = 10 + random.nextInt(30);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            steps.add(step(stormy));
        }
        return new Program(seed, options, device, steps);
    }

    private StoreOptions options() {
        return StoreOptions.builder()
                .writeMode((seed & 1) == 0 ? WriteMode.TAIL_LOCALIZED : WriteMode.SERIALIZED)
                .durability((seed & 2) == 0 ? Durability.SYNC : Durability.WRITTEN)
                .bufferSize(bufferSize)
                .buffers(2 + random.nextInt(3))
                .segmentSize(4L * bufferSize)
                .linger(random.nextBoolean() ? Duration.ofMillis(10) : Duration.ZERO)
                .reservationTimeout(random.nextBoolean() ? Duration.ofMillis(20) : Duration.ZERO)
                .checked(random.nextInt(4) == 0)
                .callerDriven(true)
                .build();
    }

    private SimulatedSettings device() {
        FreshContent[] contents = FreshContent.values();
        return SimulatedSettings.builder()
                .seed(Mix.of(seed, 1))
                .blockSize(blockSize)
                .latency(10_000, random.nextInt(3) == 0 ? 10_000 : 2_000_000)
                .inlinePercent(random.nextInt(3) == 0 ? 30 : 0)
                .depth(random.nextInt(3) == 0 ? 2 : 8)
                .freshContent(random.nextBoolean() ? FreshContent.RECYCLED : contents[random.nextInt(contents.length)])
                .build();
    }

    private static Step call(StoreCall call) {
        return new Step.Call(call);
    }

    private Step step(boolean stormy) {
        int draw = random.nextInt(100);
        if (draw < 36) {
            return call(new StoreCall.Append(payload()));
        }
        if (draw < 41) {
            return call(new StoreCall.Batch(payloads()));
        }
        if (draw < 48) {
            return call(new StoreCall.Reserve(payload()));
        }
        if (draw < 51) {
            return call(new StoreCall.ReserveAll(payloads()));
        }
        if (draw < 60) {
            StoreCall.Ending[] endings = StoreCall.Ending.values();
            return call(new StoreCall.End(choice(), random.nextInt(3) > 0 ? StoreCall.Ending.PUBLISH : endings[random.nextInt(endings.length)]));
        }
        if (draw < 65) {
            return call(new StoreCall.Flush());
        }
        if (draw < 71) {
            return call(new StoreCall.Poll(1 + random.nextInt(4)));
        }
        if (draw < 77) {
            return waitsOften ? call(new StoreCall.Await(choice())) : call(new StoreCall.Append(payload()));
        }
        if (draw < 80) {
            return call(new StoreCall.Sync());
        }
        if (draw < 82) {
            return call(new StoreCall.Read(choice()));
        }
        if (draw < 83) {
            return random.nextBoolean() ? call(new StoreCall.ReadAll()) : call(new StoreCall.Scan());
        }
        if (draw < 87) {
            return call(new StoreCall.Trim(choice()));
        }
        if (draw < 90) {
            return call(new StoreCall.SetRoot(random.nextInt(100)));
        }
        if (draw < 94) {
            return new Step.PassTime(1 + random.nextInt(random.nextInt(3) == 0 ? 200_000 : 5_000));
        }
        if (draw < 95) {
            return new Step.Reopen(random.nextLong());
        }
        return stormy ? storm(draw) : call(new StoreCall.Append(payload()));
    }

    private Step storm(int draw) {
        return switch (draw) {
            case 95, 96 -> new Step.Crash(Cut.values()[random.nextInt(Cut.values().length)], random.nextLong());
            case 97 -> random.nextBoolean() ? new Step.LandLateWrites() : new Step.DiskFree();
            case 98 -> new Step.DiskFull(random.nextInt(2));
            default -> new Step.Crash(Cut.KILL_LATE, random.nextLong());
        };
    }

    private int choice() {
        return random.nextInt(1 << 20);
    }

    /** {@return a length: of any magnitude, now and then the longest there is} */
    private int payload() {
        int most = random.nextInt(10) == 0 ? bufferSize : usualLength;
        return switch (random.nextInt(8)) {
            case 0 -> 1;
            case 1 -> most;
            case 2, 3 -> 1 + random.nextInt(Math.min(most, 256));
            default -> 1 + random.nextInt(most);
        };
    }

    private List<Integer> payloads() {
        int count = 1 + random.nextInt(5);
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lengths.add(Math.max(1, payload() / count));
        }
        return List.copyOf(lengths);
    }
}

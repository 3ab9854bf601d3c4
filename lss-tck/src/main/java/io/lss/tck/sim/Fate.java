package io.lss.tck.sim;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Decides, one after the other, what becomes of each thing that is not certainly durable. Used by one thread. */
final class Fate {

    /** The unit in which a root copy tears, in bytes. */
    static final int SECTOR = 512;

    private final @Nullable SplittableRandom random;
    private final double keep;
    private final double tear;

    private Fate(@Nullable SplittableRandom random, double keep, double tear) {
        this.random = random;
        this.keep = keep;
        this.tear = tear;
    }

    /** {@return the fate that keeps everything whole} */
    static Fate keepingAll() {
        return new Fate(null, 1, 0);
    }

    /** {@return the fate that drops everything} */
    static Fate droppingAll() {
        return new Fate(null, 0, 0);
    }

    /**
     * {@return a fate drawn from a seed: its leaning towards keeping, tearing or dropping first, then each decision}
     */
    static Fate seeded(long seed) {
        var random = new SplittableRandom(ContentHash.mix(seed));
        double keep = random.nextDouble();
        return new Fate(random, keep, (1 - keep) * random.nextDouble());
    }

    /** {@return whether a change of the name space is kept} */
    boolean keeps() {
        return random == null ? keep > 0 : random.nextBoolean();
    }

    /** {@return one of {@code bound} equally likely cases; 0 unless seeded} */
    int oneOf(int bound) {
        return random == null ? 0 : random.nextInt(bound);
    }

    /** {@return those blocks of a write that reach the medium; null where one does not} */
    @Nullable Block[] survivors(@Nullable Block[] written) {
        double draw = random == null ? 0.5 : random.nextDouble();
        if (draw < keep) {
            return written;
        }
        @Nullable Block[] left = new Block[written.length];
        if (random != null && draw < keep + tear) {
            for (int i = 0; i < written.length; i++) {
                left[i] = random.nextBoolean() ? written[i] : null;
            }
        }
        return left;
    }

    /** {@return what a root copy holds after {@code image} was being written over {@code old}: anything (F9)} */
    byte @Nullable [] survivor(byte @Nullable [] old, byte[] image) {
        double draw = random == null ? 0.5 : random.nextDouble();
        if (draw < keep) {
            return image;
        }
        if (random == null || draw >= keep + tear) {
            return old;
        }
        byte[] before = old == null ? new byte[0] : old;
        byte[] torn = Arrays.copyOf(before, Math.max(before.length, image.length));
        for (int at = 0; at < image.length; at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(image, at, torn, at, Math.min(SECTOR, image.length - at));
            }
        }
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(torn, before.length);
            case 1 -> Arrays.copyOf(torn, random.nextInt(torn.length + 1));
            case 2 -> withNoise(torn, random);
            default -> torn;
        };
    }

    /** Fills one sector with random bytes, as a sector that was being written when power failed may hold. */
    private static byte[] withNoise(byte[] image, SplittableRandom random) {
        if (image.length > 0) {
            int at = random.nextInt((image.length + SECTOR - 1) / SECTOR) * SECTOR;
            byte[] noise = new byte[Math.min(SECTOR, image.length - at)];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, image, at, noise.length);
        }
        return image;
    }
}

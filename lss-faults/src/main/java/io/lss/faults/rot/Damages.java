package io.lss.faults.rot;

import static io.lss.faults.rot.StoreImage.BLOCK;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Thinks of damages to a store. */
final class Damages {

    /** Bytes of a root copy that have a meaning, the begin of the application root's included. */
    private static final int ROOT_FIELDS = 104;

    private static final int APP_ROOT = 256;

    /** Bytes of a segment header that have a meaning. */
    private static final int HEADER_FIELDS = 96;

    private final StoreImage image;
    private final List<Part> parts;
    private final SplittableRandom random;
    private final List<Damage> damages = new ArrayList<>();

    Damages(StoreImage image, List<Part> parts, SplittableRandom random) {
        this.image = image;
        this.parts = parts;
        this.random = random;
    }

    // ------------------------------------------------------------------------------------------- bytes

    /** {@return damages to every byte of roots and headers, and to some of the rest} */
    List<Damage> everyByte() {
        for (int copy = 0; copy < 2; copy++) {
            String file = StoreImage.rootName(copy);
            int fields = APP_ROOT + image.appRoots().getLast().length;
            for (int at = 0; at < image.content(file).length; at++) {
                bytes("root", file, at, at < ROOT_FIELDS || at >= APP_ROOT && at < fields);
            }
            bothRoots(copy);
        }
        for (Part part : parts) {
            String file = StoreImage.segmentName(part.segment());
            for (int at = part.from(); at < part.to(); at++) {
                switch (part.kind()) {
                    case SEGMENT_HEADER -> bytes("segment header", file, at, at < HEADER_FIELDS);
                    case UNIT_HEADER -> bytes("unit header", file, at, true);
                    case FRAME_HEADER -> bytes("frame header", file, at, true);
                    case PAYLOAD -> sampled("payload", file, at, 12);
                    case PADDING -> sampled("padding", file, at, 60);
                    case REST -> sampled("rest", file, at, 800);
                }
            }
        }
        return damages;
    }

    /** The same byte of both copies, and another byte in each. */
    private void bothRoots(int seed) {
        for (int at = seed; at < APP_ROOT; at += 2) {
            int one = at;
            int other = random.nextInt(BLOCK);
            int bit = 1 << random.nextInt(8);
            damages.add(new Damage("both roots", "bytes " + one + " of root-0 and " + other + " of root-1 flipped", files -> {
                set(files, StoreImage.rootName(0), one, content(files, StoreImage.rootName(0))[one] ^ bit);
                set(files, StoreImage.rootName(1), other, content(files, StoreImage.rootName(1))[other] ^ bit);
            }));
        }
    }

    /** @param all all three damages, or one of them, of a byte that only has to be zero */
    private void bytes(String kind, String file, int at, boolean all) {
        int bit = 1 << random.nextInt(8);
        int one = all ? -1 : random.nextInt(2);
        if (one != 1) {
            damages.add(byteDamage(kind + ", flipped", file, at, image.content(file)[at] ^ bit));
        }
        if (one != 0) {
            damages.add(byteDamage(kind + ", 0xff", file, at, 0xff));
        }
        if (all) {
            damages.add(byteDamage(kind + ", zero", file, at, 0));
        }
    }

    private void sampled(String kind, String file, int at, int every) {
        if (random.nextInt(every) == 0) {
            bytes(kind, file, at, random.nextInt(4) == 0);
        }
    }

    private static Damage byteDamage(String kind, String file, int at, int value) {
        return new Damage(
                kind, "byte " + at + " of " + file + " set to " + (value & 0xff), files -> set(files, file, at, value));
    }

    private static byte[] content(Map<String, byte[]> files, String file) {
        byte[] bytes = files.get(file);
        if (bytes == null) {
            throw new IllegalStateException("there is no " + file);
        }
        return bytes;
    }

    private static void set(Map<String, byte[]> files, String file, int at, int value) {
        byte[] bytes = content(files, file).clone();
        bytes[at] = (byte) value;
        files.put(file, bytes);
    }

    // ------------------------------------------------------------------------------------------- blocks

    /** {@return damages to every block, file and root copy} */
    List<Damage> blocksAndFiles() {
        for (long number : image.segments()) {
            String file = StoreImage.segmentName(number);
            int length = image.content(file).length;
            for (int at = 0; at + BLOCK <= length; at += BLOCK) {
                block(file, at);
                length("cut", file, at);
            }
            for (int odd : new int[] {1, 95, 4_095, 4_097, 4_160, 5_000, length - 1, length - 8, length - 511}) {
                length("cut", file, Math.max(0, Math.min(length, odd)));
            }
            for (int more : new int[] {1, 512, BLOCK, 3 * BLOCK + 5}) {
                length("extended", file, length + more);
            }
            file(file);
        }
        roots();
        return damages;
    }

    private void block(String file, int at) {
        String here = "block " + at + " of " + file;
        damages.add(new Damage("block zeroed", here + " zeroed", files -> copy(files, new byte[BLOCK], 0, file, at)));
        damages.add(new Damage("block of noise", here + " is noise", files -> {
            byte[] noise = new byte[BLOCK];
            new SplittableRandom(at).nextBytes(noise);
            copy(files, noise, 0, file, at);
        }));
        int torn = 512 * (1 + random.nextInt(BLOCK / 512 - 1));
        damages.add(new Damage("block torn", here + " is zero from its byte " + torn + " on", files -> {
            byte[] half = Arrays.copyOf(Arrays.copyOfRange(content(files, file), at, at + torn), BLOCK);
            copy(files, half, 0, file, at);
        }));
        for (int i = 0; i < 2; i++) {
            String other = i == 0 ? file : StoreImage.segmentName(anyOf(image.segments()));
            int there = anyBlock(other);
            damages.add(new Damage("block duplicated", here + " is a copy of block " + there + " of " + other, files ->
                    copy(files, image.content(other), there, file, at)));
            damages.add(new Damage("blocks swapped", here + " and block " + there + " of " + other + " swapped", files -> {
                copy(files, image.content(other), there, file, at);
                copy(files, image.content(file), at, other, there);
            }));
        }
        // What a recycled file holds where a write was lost: the bytes that another segment has in this place.
        for (long number : image.segments()) {
            byte[] older = image.segment(number);
            if (!StoreImage.segmentName(number).equals(file) && older.length >= at + BLOCK) {
                damages.add(new Damage("write lost", here + " holds what segment " + number + " has there", files ->
                        copy(files, older, at, file, at)));
                break;
            }
        }
    }

    private int anyBlock(String file) {
        int blocks = image.content(file).length / BLOCK;
        return blocks == 0 ? 0 : random.nextInt(blocks) * BLOCK;
    }

    private long anyOf(List<Long> numbers) {
        return numbers.get(random.nextInt(numbers.size()));
    }

    private static void copy(Map<String, byte[]> files, byte[] source, int from, String file, int at) {
        byte[] bytes = content(files, file).clone();
        int length = Math.min(BLOCK, Math.min(source.length - from, bytes.length - at));
        System.arraycopy(source, from, bytes, at, Math.max(0, length));
        files.put(file, bytes);
    }

    private void length(String kind, String file, int length) {
        damages.add(new Damage("file " + kind, file + " has " + length + " bytes", files ->
                files.put(file, Arrays.copyOf(content(files, file), length))));
    }

    // ------------------------------------------------------------------------------------------- files

    private void file(String file) {
        damages.add(new Damage("file missing", file + " is missing", files -> files.remove(file)));
        damages.add(new Damage("file zeroed", file + " is zero",
                files -> files.put(file, new byte[content(files, file).length])));
        List<Long> numbers = image.segments();
        long[] others = {numbers.getFirst() - 1, numbers.getLast() + 1, numbers.getLast() + 100, 1L << 40, Long.MAX_VALUE};
        for (long number : others) {
            String copy = StoreImage.segmentName(number);
            if (number > 0 && !image.files().containsKey(copy)) {
                damages.add(new Damage("file duplicated", copy + " is a copy of " + file,
                        files -> files.put(copy, content(files, file))));
            }
        }
        for (long number : numbers) {
            String other = StoreImage.segmentName(number);
            if (!other.equals(file)) {
                damages.add(new Damage("files swapped", file + " and " + other + " swapped", files -> {
                    byte[] mine = image.content(file);
                    files.put(file, image.content(other));
                    files.put(other, mine);
                }));
                damages.add(new Damage("file duplicated", file + " is a copy of " + other, files ->
                        files.put(file, image.content(other))));
            }
        }
    }

    // ------------------------------------------------------------------------------------------- roots

    private void roots() {
        String zero = StoreImage.rootName(0);
        String one = StoreImage.rootName(1);
        for (String file : List.of(zero, one)) {
            String other = file.equals(zero) ? one : zero;
            damages.add(new Damage("root missing", file + " is missing", files -> files.remove(file)));
            for (int length : new int[] {0, 1, 104, 2_048, 4_095, 4_097}) {
                length("cut or extended: root", file, length);
            }
            damages.add(new Damage("root zeroed", file + " is zero", files -> files.put(file, new byte[BLOCK])));
            damages.add(new Damage("root is a segment's header", file + " is a segment's header", files ->
                    files.put(file, Arrays.copyOf(image.segment(image.segments().getFirst()), BLOCK))));
            for (int version = 0; version < image.roots().size(); version++) {
                byte[] old = image.roots().get(version).get(file);
                String what = file + " is old (version " + version + " of " + image.roots().size() + ")";
                if (old != null) {
                    damages.add(new Damage("root old", what, files -> files.put(file, old)));
                    damages.add(new Damage("root old, other damaged", what + ", " + other + " is zero", files -> {
                        files.put(file, old);
                        files.put(other, new byte[BLOCK]);
                    }));
                    damages.add(new Damage("root old, other missing", what + ", " + other + " is missing", files -> {
                        files.put(file, old);
                        files.remove(other);
                    }));
                }
            }
        }
        damages.add(new Damage("roots swapped", "root copies swapped", files -> {
            byte[] first = image.content(zero);
            files.put(zero, image.content(one));
            files.put(one, first);
        }));
        for (int version = 0; version < image.roots().size(); version++) {
            Map<String, byte[]> old = image.roots().get(version);
            damages.add(new Damage("both roots old", "both root copies are old (version " + version + " of "
                    + image.roots().size() + ")", files ->
                    files.putAll(old)));
        }
        damages.add(new Damage("both roots gone", "both root copies are missing", files -> {
            files.remove(zero);
            files.remove(one);
        }));
        damages.add(new Damage("both roots gone", "root-0 is missing, root-1 is zero", files -> {
            files.remove(zero);
            files.put(one, new byte[BLOCK]);
        }));
        damages.add(new Damage("both roots gone", "both root copies are empty files", files -> {
            files.put(zero, new byte[0]);
            files.put(one, new byte[0]);
        }));
    }
}

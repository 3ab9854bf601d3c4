package io.lss.faults.fuzz;

/** Reads an input, byte for byte; behind its end are zeros. */
final class FuzzInput {

    private final byte[] bytes;
    private int at;

    FuzzInput(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isEmpty() {
        return at >= bytes.length;
    }

    /** {@return a byte, from 0 to 255} */
    int next() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** {@return a number below a bound} */
    int below(int bound) {
        return bound <= 1 ? 0 : bound <= 256 ? next() % bound : (next() << 8 | next()) % bound;
    }

    boolean flag() {
        return (next() & 1) != 0;
    }

    int nextShort() {
        return next() << 8 | next();
    }

    /** Little-endian, as the format is, so that what comparisons are traced to look like is found in the input. */
    long nextLong() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value |= (long) next() << i * Byte.SIZE;
        }
        return value;
    }

    /** {@return what is left} */
    byte[] rest() {
        byte[] rest = new byte[Math.max(0, bytes.length - at)];
        System.arraycopy(bytes, Math.min(at, bytes.length), rest, 0, rest.length);
        at = bytes.length;
        return rest;
    }
}

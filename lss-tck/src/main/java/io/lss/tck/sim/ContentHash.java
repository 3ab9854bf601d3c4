package io.lss.tck.sim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A fast 64-bit hash, for telling disk images apart; no defence against an adversary. All-zero content has the hash 0.
 */
final class ContentHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR_1 = 0xff51afd7ed558ccdL;
    private static final long FACTOR_2 = 0xc4ceb9fe1a85ec53L;

    private ContentHash() {}

    /** {@return the hash of the bytes, 0 if they are all zero} */
    static long of(byte[] bytes) {
        long a = 1;
        long b = 2;
        long any = 0;
        int i = 0;
        // Two lanes, so that two multiplications are under way at a time.
        for (; i + 16 <= bytes.length; i += 16) {
            long v = (long) LONGS.get(bytes, i);
            long w = (long) LONGS.get(bytes, i + 8);
            any |= v | w;
            a = Long.rotateLeft((a ^ v) * FACTOR_1, 29);
            b = Long.rotateLeft((b ^ w) * FACTOR_2, 31);
        }
        for (; i < bytes.length; i++) {
            any |= bytes[i];
            a = Long.rotateLeft((a ^ bytes[i]) * FACTOR_1, 29);
        }
        return any == 0 ? 0 : mix(a ^ mix(b ^ bytes.length)) | 1;
    }

    /** {@return a hash of two numbers that depends on their order} */
    static long combine(long a, long b) {
        return mix(mix(a) * 31 + b);
    }

    /** {@return the number with its bits spread (the finalizer of MurmurHash3)} */
    static long mix(long x) {
        long y = (x ^ x >>> 33) * FACTOR_1;
        y = (y ^ y >>> 33) * FACTOR_2;
        return y ^ y >>> 33;
    }
}

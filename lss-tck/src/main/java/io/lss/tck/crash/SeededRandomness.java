package io.lss.tck.crash;

import io.lss.tck.program.Mix;
import java.io.Serial;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code new SecureRandom()} give the same numbers again on a thread that asked for it, so that UUIDs and salts of a store, and
 * with them the hashes of its disk images, are a function of a seed. Other threads get what they would get without.
 */
final class SeededRandomness {

    /** The state of a thread's generator. */
    private static final ThreadLocal<long @Nullable []> STATE = new ThreadLocal<>();

    private static final SecureRandom TRUE_RANDOMNESS = new SecureRandom();

    private SeededRandomness() {}

    /** Puts the seeded generator first among the providers; once is enough. */
    static synchronized void install() {
        if (Security.getProvider(SeededProvider.NAME) == null) {
            TRUE_RANDOMNESS.nextInt(); // it must not be the seeded one: created before
            Security.insertProviderAt(new SeededProvider(), 1);
        }
    }

    /** Starts the calling thread's sequence anew. {@return the state that was, for {@link #restore}} */
    static long @Nullable [] seed(long seed) {
        long[] before = STATE.get();
        STATE.set(new long[] {seed});
        return before;
    }

    /** Goes on with a sequence that was interrupted by {@link #seed}. */
    static void restore(long @Nullable [] state) {
        if (state == null) {
            STATE.remove();
        } else {
            STATE.set(state);
        }
    }

    private static final class SeededProvider extends Provider {
        @Serial
        private static final long serialVersionUID = 1L;

        static final String NAME = "LssSeeded";

        SeededProvider() {
            super(NAME, "1", "seeded for the threads of a crash test, and only for them");
            putService(new GeneratorService(this));
        }
    }

    /** Makes the generator without reflection, so that no package needs to be open. */
    private static final class GeneratorService extends Provider.Service {
        GeneratorService(Provider provider) {
            super(provider, "SecureRandom", SeededProvider.NAME, Generator.class.getName(), null, null);
        }

        @Override
        public Object newInstance(@Nullable Object parameter) {
            return new Generator();
        }
    }

    private static final class Generator extends SecureRandomSpi {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            long[] state = STATE.get();
            if (state == null) {
                TRUE_RANDOMNESS.nextBytes(bytes);
                return;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (i % Long.BYTES == 0) {
                    state[0] = Mix.of(state[0] + 1);
                }
                bytes[i] = (byte) (state[0] >>> (i % Long.BYTES * Byte.SIZE));
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int numBytes) {
            byte[] bytes = new byte[numBytes];
            engineNextBytes(bytes);
            return bytes;
        }
    }
}

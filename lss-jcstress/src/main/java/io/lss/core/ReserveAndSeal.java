package io.lss.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** One generation: who gets which bytes, and who seals. */
public final class ReserveAndSeal {

    /** What a thread is told that neither won nor sealed. */
    private static final long LOST = -1;

    /** Added to the end by a thread that sealed. */
    private static final long SEALED_AT = 100;

    private ReserveAndSeal() {}

    /** A buffer of 8 bytes. */
    abstract static class Buffer {

        private static final long LIMIT = 8;

        final BufferWords words = new BufferWords(LIMIT);

        Buffer(long used) {
            words.open(used);
        }

        /** {@return where the bytes are; or {@code SEALED_AT} and the end; or {@code LOST}} */
        long reserve(long bytes) {
            if (!words.looksOpen()) {
                return LOST;
            }
            long found = words.reserve(bytes);
            if (BufferWords.won(found, bytes, LIMIT)) {
                return found;
            }
            if (BufferWords.overran(found, LIMIT)) {
                words.close();
                return SEALED_AT + found;
            }
            return LOST;
        }

        /** {@return {@code SEALED_AT} and the end; or {@code LOST}} */
        long seal() {
            long end = words.seal();
            return end < 0 ? LOST : SEALED_AT + end;
        }
    }

    /** Both fit. */
    @JCStressTest
    @Outcome(id = "0, 3", expect = ACCEPTABLE, desc = "first -> second: end to end")
    @Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "second -> first: end to end")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "both were given the same bytes")
    @Outcome(expect = FORBIDDEN, desc = "a gap, or a loser where there is space")
    @State
    public static class TwoThatFit extends Buffer {
        public TwoThatFit() {
            super(0);
        }

        @Actor
        public void first(JJ_Result r) {
            r.r1 = reserve(3);
        }

        @Actor
        public void second(JJ_Result r) {
            r.r2 = reserve(5);
        }
    }

    /** There is space for one of them. */
    @JCStressTest
    @Outcome(id = "0, 105", expect = ACCEPTABLE, desc = "first wins -> second overruns: it seals where the first ends")
    @Outcome(id = "105, 0", expect = ACCEPTABLE, desc = "second wins -> first overruns: it seals where the second ends")
    @Outcome(id = {"0, 0", "0, 5", "5, 0"}, expect = FORBIDDEN, desc = "both have bytes, of a buffer that has not so many")
    @Outcome(id = {"0, -1", "-1, 0"}, expect = FORBIDDEN, desc = "overrun, and nobody knows that it has to seal")
    @Outcome(id = {"0, 100", "100, 0"}, expect = FORBIDDEN, desc = "sealed without what was won")
    @Outcome(expect = FORBIDDEN, desc = "nothing that can be told")
    @State
    public static class OneFitsOneOverruns extends Buffer {
        public OneFitsOneOverruns() {
            super(0);
        }

        @Actor
        public void first(JJ_Result r) {
            r.r1 = reserve(5);
        }

        @Actor
        public void second(JJ_Result r) {
            r.r2 = reserve(5);
        }
    }

    /** There is space for neither. */
    @JCStressTest
    @Outcome(id = "106, -1", expect = ACCEPTABLE, desc = "first overruns and seals; second is a loser")
    @Outcome(id = "-1, 106", expect = ACCEPTABLE, desc = "second overruns and seals; first is a loser")
    @Outcome(id = "106, 106", expect = FORBIDDEN, desc = "two sealers")
    @Outcome(id = "-1, -1", expect = FORBIDDEN, desc = "no sealer: the ring is wedged")
    @Outcome(expect = FORBIDDEN, desc = "an end that counts what did not fit")
    @State
    public static class BothOverrun extends Buffer {
        public BothOverrun() {
            super(6);
        }

        @Actor
        public void first(JJ_Result r) {
            r.r1 = reserve(5);
        }

        @Actor
        public void second(JJ_Result r) {
            r.r2 = reserve(3);
        }
    }

    /** A reservation that fits, and a seal. */
    @JCStressTest
    @Outcome(id = "2, 105", expect = ACCEPTABLE, desc = "reserved -> sealed, with it")
    @Outcome(id = "-1, 102", expect = ACCEPTABLE, desc = "sealed -> too late to reserve")
    @Outcome(id = "2, 102", expect = FORBIDDEN, desc = "won, and not in the sealed length: acknowledged bytes are lost")
    @Outcome(id = "-1, 105", expect = FORBIDDEN, desc = "sealed with bytes that nobody has: the buffer never gets ready")
    @Outcome(expect = FORBIDDEN, desc = "no sealer, or two")
    @State
    public static class ReserveAgainstSeal extends Buffer {
        public ReserveAgainstSeal() {
            super(2);
        }

        @Actor
        public void reserve(JJ_Result r) {
            r.r1 = reserve(3);
        }

        @Actor
        public void seal(JJ_Result r) {
            r.r2 = seal();
        }
    }

    /** Both know a reason to seal. */
    @JCStressTest
    @Outcome(id = "106, -1", expect = ACCEPTABLE, desc = "overrun -> the seal finds nothing to do")
    @Outcome(id = "-1, 106", expect = ACCEPTABLE, desc = "sealed -> the overrun is a loser")
    @Outcome(id = "106, 106", expect = FORBIDDEN, desc = "two sealers")
    @Outcome(id = "-1, -1", expect = FORBIDDEN, desc = "no sealer: the ring is wedged")
    @Outcome(expect = FORBIDDEN, desc = "an end that counts what did not fit")
    @State
    public static class OverrunAgainstSeal extends Buffer {
        public OverrunAgainstSeal() {
            super(6);
        }

        @Actor
        public void overrun(JJ_Result r) {
            r.r1 = reserve(5);
        }

        @Actor
        public void seal(JJ_Result r) {
            r.r2 = seal();
        }
    }

    /** A seal that spares an empty buffer, and the first reservation. */
    @JCStressTest
    @Outcome(id = "2, 105, 1", expect = ACCEPTABLE, desc = "reserved -> sealed, with it")
    @Outcome(id = "2, -1, 0", expect = ACCEPTABLE, desc = "the seal finds nothing -> reserved, and still open")
    @Outcome(id = "2, 102, 1", expect = FORBIDDEN, desc = "won, and not in the sealed length: acknowledged bytes are lost")
    @Outcome(id = "-1, 102, 1", expect = FORBIDDEN, desc = "an empty buffer was sealed")
    @Outcome(expect = FORBIDDEN, desc = "nothing that can be told")
    @State
    public static class FirstReservationAgainstSeal extends Buffer {
        public FirstReservationAgainstSeal() {
            super(2);
        }

        @Actor
        public void reserve(JJJ_Result r) {
            r.r1 = reserve(3);
        }

        @Actor
        public void seal(JJJ_Result r) {
            long end = words.sealUnlessEmpty(2);
            r.r2 = end < 0 ? LOST : SEALED_AT + end;
        }

        @Arbiter
        public void isSealed(JJJ_Result r) {
            r.r3 = words.looksOpen() ? 0 : 1;
        }
    }
}

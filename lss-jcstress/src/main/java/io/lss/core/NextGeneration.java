package io.lss.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A buffer that is opened again, and threads that still look at the generation before. */
public final class NextGeneration {

    private static final long LIMIT = 8;

    private NextGeneration() {}

    /** A thread that found the last generation open adds only now; it fits into the next. */
    @JCStressTest
    @Outcome(id = "-1, -1, 2", expect = ACCEPTABLE, desc = "added -> opened: a loser of the last generation, without a trace in the next")
    @Outcome(id = "2, 1, 5", expect = ACCEPTABLE, desc = "opened -> added: a writer of the next generation, like any other")
    @Outcome(id = "-1, -1, 5", expect = FORBIDDEN, desc = "a loser's bytes in the next generation: it never gets ready")
    @Outcome(id = "2, 1, 2", expect = FORBIDDEN, desc = "won, and not counted")
    @Outcome(id = "2, 0, 5", expect = FORBIDDEN, desc = "won in the next generation, with an LSN of the last")
    @Outcome(expect = FORBIDDEN, desc = "nothing that can be told")
    @State
    public static class DelayedReservation {
        private final BufferWords words = new BufferWords(LIMIT);
        private int generation;

        @Actor
        public void reserve(JJJ_Result r) {
            long found = words.reserve(3);
            boolean won = BufferWords.won(found, 3, LIMIT);
            r.r1 = won ? found : -1;
            r.r2 = won ? generation : -1;
        }

        @Actor
        public void open() {
            generation = 1;
            words.open(2);
        }

        @Arbiter
        public void used(JJJ_Result r) {
            r.r3 = words.seal();
        }
    }

    /** A thread that found the last generation open adds only now; the next begins late, and it does not fit. */
    @JCStressTest
    @Outcome(id = "-1, -1, 6", expect = ACCEPTABLE, desc = "added -> opened: a loser of the last generation, without a trace in the next")
    @Outcome(id = "6, 1, -1", expect = ACCEPTABLE, desc = "opened -> added: the sealer of the next generation, which it has found empty")
    @Outcome(id = "-1, -1, -1", expect = FORBIDDEN, desc = "overrun by a loser: nobody seals it")
    @Outcome(id = "6, 0, -1", expect = FORBIDDEN, desc = "the sealer of a generation that it does not see")
    @Outcome(expect = FORBIDDEN, desc = "nothing that can be told")
    @State
    public static class DelayedOverrun {
        private final BufferWords words = new BufferWords(LIMIT);
        private int generation;

        @Actor
        public void reserve(JJJ_Result r) {
            long found = words.reserve(3);
            boolean sealer = !BufferWords.won(found, 3, LIMIT) && BufferWords.overran(found, LIMIT);
            r.r1 = sealer ? found : -1;
            r.r2 = sealer ? generation : -1;
        }

        @Actor
        public void open() {
            generation = 1;
            words.open(6);
        }

        @Arbiter
        public void used(JJJ_Result r) {
            r.r3 = words.seal();
        }
    }

    /** A reader of the ring, and the opener that changes two fields of the generation. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "read -> opened")
    @Outcome(id = "512, 64", expect = ACCEPTABLE, desc = "opened -> read")
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "changed meanwhile: the reader looks again")
    @Outcome(expect = FORBIDDEN, desc = "half of one generation, half of the other")
    @State
    public static class GenerationIsReadWhole {
        private final FlushBuffer buffer = new FlushBuffer(0, MemorySegment.ofArray(new byte[256]));

        @Actor
        public void open() {
            buffer.begin(LogSegment.NONE, 512, 256, 0, 64);
            buffer.open(buffer.emptySpace());
        }

        @Actor
        public void read(JJ_Result r) {
            long stamp = buffer.stamp();
            long base = buffer.baseLsn;
            int start = buffer.start;
            boolean still = buffer.isStill(stamp);
            r.r1 = still ? base : -1;
            r.r2 = still ? start : -1;
        }
    }

    /** Expiry, and a reservation that is just being made. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "expired nothing -> made")
    @Outcome(id = "24, 8", expect = ACCEPTABLE, desc = "made -> expired, as it was made")
    @Outcome(expect = FORBIDDEN, desc = "a filler of the wrong length, or in the wrong place")
    @State
    public static class ReservationIsExpiredWhole {
        private final FlushBuffer buffer = new FlushBuffer(0, MemorySegment.ofArray(new byte[256]));

        @SuppressWarnings("NullAway") // the store is told when a reservation ends; this one does not
        private final PendingReservation reservation = new PendingReservation(null);

        @Actor
        public void reserve() {
            reservation.arm(buffer, 24, 8);
        }

        @Actor
        public void expire(JJ_Result r) {
            PendingReservation.Expired expired = reservation.expire(buffer, 0, 256);
            r.r1 = expired == null ? -1 : expired.offset();
            r.r2 = expired == null ? -1 : expired.length();
        }
    }
}

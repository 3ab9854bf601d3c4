package io.lss.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Broken on purpose, each in one step; what they forbid must be seen. */
public final class Broken {

    private static final long LIMIT = 8;
    private static final long LOST = -1;
    private static final long SEALED_AT = 100;

    private Broken() {}

    /** Seals by a look and a write, where one atomic step is needed. */
    @JCStressTest
    @Outcome(id = "2, 105", expect = ACCEPTABLE, desc = "reserved -> sealed, with it")
    @Outcome(id = "-1, 102", expect = ACCEPTABLE, desc = "sealed -> too late to reserve")
    @Outcome(id = "2, 102", expect = FORBIDDEN, desc = "won, and not in the sealed length: acknowledged bytes are lost")
    @State
    public static class SealInTwoSteps {
        private final BufferWords words = new BufferWords(LIMIT);

        public SealInTwoSteps() {
            words.open(2);
        }

        @Actor
        public void reserve(JJ_Result r) {
            long found = words.reserve(3);
            r.r1 = BufferWords.won(found, 3, LIMIT) ? found : LOST;
        }

        @Actor
        public void seal(JJ_Result r) {
            long now = words.space;
            words.space = now | BufferWords.SEALED;
            r.r2 = SEALED_AT + now;
        }
    }

    /** Judges its overrun by another look, instead of by what it found when it added. */
    @JCStressTest
    @Outcome(id = {"106, -1", "-1, 106"}, expect = ACCEPTABLE, desc = "one sealer")
    @Outcome(id = "106, 106", expect = FORBIDDEN, desc = "two sealers")
    @Outcome(id = "-1, -1", expect = FORBIDDEN, desc = "no sealer: the ring is wedged")
    @State
    public static class LooksAgainForTheOverrun {
        private final BufferWords words = new BufferWords(LIMIT);

        public LooksAgainForTheOverrun() {
            words.open(6);
        }

        @Actor
        public void first(JJ_Result r) {
            r.r1 = reserve();
        }

        @Actor
        public void second(JJ_Result r) {
            r.r2 = reserve();
        }

        private long reserve() {
            words.reserve(5);
            if (words.space < 0) {
                return LOST;
            }
            words.close();
            return SEALED_AT + 6;
        }
    }

    /** Publishes by a look and a write. */
    @JCStressTest
    @Outcome(id = {"false, true", "true, false"}, expect = ACCEPTABLE, desc = "one hands the buffer on")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "nobody hands it on: the ring is wedged")
    @State
    public static class PublishInTwoSteps {
        private final BufferWords words = new BufferWords(LIMIT);

        public PublishInTwoSteps() {
            words.settle(8);
        }

        @Actor
        public void first(ZZ_Result r) {
            r.r1 = publish(3);
        }

        @Actor
        public void second(ZZ_Result r) {
            r.r2 = publish(5);
        }

        private boolean publish(long bytes) {
            long now = words.balance + bytes;
            words.balance = now;
            return now == 0;
        }
    }

    /** Publishes first and writes the payload then. */
    @JCStressTest
    @Outcome(id = "-1, 12", expect = ACCEPTABLE, desc = "first -> second, which has seen both payloads")
    @Outcome(id = "12, -1", expect = ACCEPTABLE, desc = "second -> first, which has seen both payloads")
    @Outcome(id = "-1, 2", expect = FORBIDDEN, desc = "handed on without the first payload")
    @State
    public static class PayloadAfterPublish {
        private final BufferWords words = new BufferWords(LIMIT);
        private int firstPayload;
        private int secondPayload;

        public PayloadAfterPublish() {
            words.settle(8);
        }

        @Actor
        public void first(II_Result r) {
            boolean ready = words.publish(3);
            firstPayload = 10;
            r.r1 = ready ? firstPayload + secondPayload : -1;
        }

        @Actor
        public void second(II_Result r) {
            secondPayload = 2;
            r.r2 = words.publish(5) ? firstPayload + secondPayload : -1;
        }
    }

    /** Says that it sleeps without making that visible before it looks. */
    @JCStressTest
    @Outcome(id = {"true, true", "true, false", "false, true"}, expect = ACCEPTABLE, desc = "one sees the other")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "neither sees the other: the buffer lingers for ever")
    @State
    public static class SleepsUnannounced {
        private static final VarHandle SLEEPING;

        static {
            try {
                SLEEPING = MethodHandles.lookup().findVarHandle(SleepsUnannounced.class, "sleeping", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("no such field", e);
            }
        }

        private final BufferWords words = new BufferWords(LIMIT);

        @SuppressWarnings("unused") // through SLEEPING
        private boolean sleeping;

        public SleepsUnannounced() {
            words.open(2);
        }

        @Actor
        public void reserve(ZZ_Result r) {
            words.reserve(3);
            r.r1 = (boolean) SLEEPING.getOpaque(this);
        }

        @Actor
        public void sleep(ZZ_Result r) {
            SLEEPING.setOpaque(this, true);
            r.r2 = words.space != 2;
        }
    }

    /** Reads a generation without looking whether it was changed meanwhile. */
    @JCStressTest
    @Outcome(id = {"0, 0", "512, 64"}, expect = ACCEPTABLE, desc = "one generation or the other")
    @Outcome(id = {"0, 64", "512, 0"}, expect = FORBIDDEN, desc = "half of one generation, half of the other")
    @State
    public static class ReadWithoutStamp {
        private final FlushBuffer buffer = new FlushBuffer(0, MemorySegment.ofArray(new byte[256]));

        @Actor
        public void open() {
            buffer.begin(LogSegment.NONE, 512, 256, 0, 64);
            buffer.open(buffer.emptySpace());
        }

        @Actor
        public void read(JJ_Result r) {
            r.r1 = buffer.baseLsn;
            r.r2 = buffer.start;
        }
    }
}

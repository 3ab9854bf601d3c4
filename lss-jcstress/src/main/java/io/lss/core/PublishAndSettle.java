package io.lss.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The balance: exactly one thread hands the buffer on, and it has seen everything. */
public final class PublishAndSettle {

    private PublishAndSettle() {}

    /** The last writer and the sealer. */
    @JCStressTest
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "published -> settled: the sealer hands the buffer on")
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "settled -> published: the writer hands the buffer on")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "nobody hands it on: the ring is wedged")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "handed on twice")
    @State
    public static class PublishAgainstSettle {
        private final BufferWords words = new BufferWords(8);

        @Actor
        public void publish(ZZ_Result r) {
            r.r1 = words.publish(5);
        }

        @Actor
        public void settle(ZZ_Result r) {
            r.r2 = words.settle(5);
        }
    }

    /** The last two writers of a sealed buffer. */
    @JCStressTest
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "first -> second, which hands the buffer on")
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "second -> first, which hands the buffer on")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "nobody hands it on: the ring is wedged")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "handed on twice")
    @State
    public static class PublishAgainstPublish {
        private final BufferWords words = new BufferWords(8);

        public PublishAgainstPublish() {
            words.settle(8);
        }

        @Actor
        public void first(ZZ_Result r) {
            r.r1 = words.publish(3);
        }

        @Actor
        public void second(ZZ_Result r) {
            r.r2 = words.publish(5);
        }
    }

    /** Plain writes into the payload before each publication; who hands the buffer on reads both. */
    @JCStressTest
    @Outcome(id = {"12, -1", "-1, 12"}, expect = ACCEPTABLE, desc = "one hands the buffer on, and has seen both payloads")
    @Outcome(id = {"10, -1", "-1, 2"}, expect = FORBIDDEN, desc = "only its own payload: the other's would not be flushed")
    @Outcome(id = {"2, -1", "-1, 10"}, expect = FORBIDDEN, desc = "not even its own payload")
    @Outcome(expect = FORBIDDEN, desc = "handed on twice, or by nobody, or without any payload")
    @State
    public static class PayloadIsSeen {
        private final BufferWords words = new BufferWords(8);
        private int firstPayload;
        private int secondPayload;

        public PayloadIsSeen() {
            words.settle(8);
        }

        @Actor
        public void first(II_Result r) {
            firstPayload = 10;
            r.r1 = words.publish(3) ? firstPayload + secondPayload : -1;
        }

        @Actor
        public void second(II_Result r) {
            secondPayload = 2;
            r.r2 = words.publish(5) ? firstPayload + secondPayload : -1;
        }
    }

    /** A plain write into the payload, and what the sealer wrote down before it settled. */
    @JCStressTest
    @Outcome(id = {"12, -1", "-1, 12"}, expect = ACCEPTABLE, desc = "who hands the buffer on has seen payload and end")
    @Outcome(expect = FORBIDDEN, desc = "handed on without payload or end, or twice, or by nobody")
    @State
    public static class PayloadAndEndAreSeen {
        private final BufferWords words = new BufferWords(8);
        private int payload;
        private int end;

        @Actor
        public void write(II_Result r) {
            payload = 10;
            r.r1 = words.publish(3) ? payload + end : -1;
        }

        @Actor
        public void seal(II_Result r) {
            end = 2;
            r.r2 = words.settle(3) ? payload + end : -1;
        }
    }
}

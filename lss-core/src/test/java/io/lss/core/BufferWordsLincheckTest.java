package io.lss.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The protocol of one buffer under Lincheck: reservations, the seal, who hands the buffer on, and the next generation.
 *
 * <p>What is checked is {@link BufferWords} itself. Every call of {@link Buffer} takes one step of the protocol and must return
 * what {@link OneAtATime} returns for some order of the calls. So: reservations lie end to end; there is exactly one sealer, and
 * its end is where the last one that was won ends; exactly one thread hands the buffer on, after the last byte was published;
 * a thread that was delayed into a later generation gets what it finds there. Each of the other buffers has one step broken
 * and must be rejected.
 */
@Tag("lincheck")
class BufferWordsLincheckTest {

    private static final int LIMIT = 4;
    private static final int THREADS = 3;

    // -------------------------------------------------------------------------------- what calls return

    /** How a call went. */
    public enum Fate {
        /** The bytes from {@code at} on are the caller's. */
        WON,
        /** The caller sealed the generation, which ends at {@code at}. */
        SEALER,
        /** Not open, or nothing to seal. */
        LOST,
        /** The caller's last byte was the buffer's last: it hands the buffer on. */
        READY,
        /** Done, and another thread will hand the buffer on. */
        NOT_YET,
        /** The caller opened the next generation. */
        OPENED
    }

    /** What a call returned. */
    public record Outcome(Fate fate, int generation, long at) {

        static Outcome of(Fate fate) {
            return new Outcome(fate, -1, -1);
        }

        @Override
        public String toString() {
            return generation < 0 ? fate.toString() : fate + " " + at + " in generation " + generation;
        }
    }

    /** {@return where a generation begins} Not always at the same place. */
    private static int startOf(int generation) {
        return 1 + generation % 2;
    }

    // -------------------------------------------------------------------------------- the buffer under test

    /** A buffer, its threads, and what each of them has still to do. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    @Param(name = "bytes", gen = IntGen.class, conf = "1:3")
    @Param(name = "unless", gen = IntGen.class, conf = "0:2")
    public static class Buffer {

        protected final BufferWords words = new BufferWords(LIMIT);
        private final long[] toPublish = new long[THREADS + 1];
        private final long[] toSettle = new long[THREADS + 1];
        private final boolean[] mayOpen = new boolean[THREADS + 1];

        // Of the generation: written before it is opened, read only by who won or sealed, as in the ring.
        private int generation;

        public Buffer() {
            Arrays.fill(toSettle, -1);
            words.open(startOf(0));
        }

        @Operation
        public Outcome reserve(@Param(name = "thread") int thread, @Param(name = "bytes") int bytes) {
            if (owesSomething(thread)) {
                return doWhatIsOwed(thread);
            }
            if (!words.looksOpen()) {
                return Outcome.of(Fate.LOST);
            }
            long found = add(bytes);
            if (BufferWords.won(found, bytes, LIMIT)) {
                toPublish[thread] = bytes;
                return new Outcome(Fate.WON, generation, found);
            }
            if (overran(found)) {
                placeToSwitch();
                words.close();
                return sealed(thread, found);
            }
            return Outcome.of(Fate.LOST);
        }

        /** Seals; but not a buffer in which just {@code unless} bytes are used, unless that is 0. */
        @Operation
        public Outcome seal(@Param(name = "thread") int thread, @Param(name = "unless") int unless) {
            if (owesSomething(thread)) {
                return doWhatIsOwed(thread);
            }
            long found = unless == 0 ? seal() : words.sealUnlessEmpty(unless);
            return found < 0 ? Outcome.of(Fate.LOST) : sealed(thread, found);
        }

        /** Lincheck 3.7 does not switch threads before getAndBitwiseOr; before a volatile read it does. */
        private void placeToSwitch() {
            words.looksOpen();
        }

        private Outcome sealed(int thread, long found) {
            toSettle[thread] = found - startOf(generation);
            return new Outcome(Fate.SEALER, generation, found);
        }

        private boolean owesSomething(int thread) {
            return toPublish[thread] > 0 || toSettle[thread] >= 0 || mayOpen[thread];
        }

        private Outcome doWhatIsOwed(int thread) {
            boolean ready;
            if (mayOpen[thread]) {
                mayOpen[thread] = false;
                int next = generation + 1;
                int from = startOf(next);
                generation = next;
                open(from);
                return new Outcome(Fate.OPENED, next, from);
            }
            if (toPublish[thread] > 0) {
                ready = publish(toPublish[thread]);
                toPublish[thread] = 0;
            } else {
                ready = words.settle(toSettle[thread]);
                toSettle[thread] = -1;
            }
            mayOpen[thread] = ready;
            return Outcome.of(ready ? Fate.READY : Fate.NOT_YET);
        }

        // The steps that a broken buffer replaces.

        protected long add(long bytes) {
            return words.reserve(bytes);
        }

        protected boolean overran(long found) {
            return BufferWords.overran(found, LIMIT);
        }

        protected long seal() {
            placeToSwitch();
            return words.seal();
        }

        protected void open(long from) {
            words.open(from);
        }

        protected boolean publish(long bytes) {
            return words.publish(bytes);
        }
    }

    /** What the same calls return one after the other. */
    public static class OneAtATime {

        private final int[] toPublish = new int[THREADS + 1];
        private final boolean[] toSettle = new boolean[THREADS + 1];
        private final boolean[] mayOpen = new boolean[THREADS + 1];
        private int generation;
        private int used = startOf(0);
        private boolean open = true;
        private boolean settled;
        private int unpublished;

        public Outcome reserve(int thread, int bytes) {
            if (owesSomething(thread)) {
                return doWhatIsOwed(thread);
            }
            if (!open) {
                return Outcome.of(Fate.LOST);
            }
            if (used + bytes > LIMIT) {
                return sealed(thread);
            }
            long at = used;
            used += bytes;
            unpublished += bytes;
            toPublish[thread] = bytes;
            return new Outcome(Fate.WON, generation, at);
        }

        public Outcome seal(int thread, int unless) {
            if (owesSomething(thread)) {
                return doWhatIsOwed(thread);
            }
            return !open || used == unless ? Outcome.of(Fate.LOST) : sealed(thread);
        }

        private Outcome sealed(int thread) {
            open = false;
            toSettle[thread] = true;
            return new Outcome(Fate.SEALER, generation, used);
        }

        private boolean owesSomething(int thread) {
            return toPublish[thread] > 0 || toSettle[thread] || mayOpen[thread];
        }

        private Outcome doWhatIsOwed(int thread) {
            if (mayOpen[thread]) {
                mayOpen[thread] = false;
                settled = false;
                open = true;
                generation++;
                used = startOf(generation);
                return new Outcome(Fate.OPENED, generation, used);
            }
            settled |= toSettle[thread];
            toSettle[thread] = false;
            unpublished -= toPublish[thread];
            toPublish[thread] = 0;
            mayOpen[thread] = settled && unpublished == 0;
            return Outcome.of(mayOpen[thread] ? Fate.READY : Fate.NOT_YET);
        }
    }

    // -------------------------------------------------------------------------------- broken on purpose

    /** Seals by a look and a write: what was reserved in between is lost. */
    public static class SealsInTwoSteps extends Buffer {
        @Override
        protected long seal() {
            long now = words.space;
            if (!BufferWords.isOpen(now, LIMIT)) {
                return -1;
            }
            words.space = now | BufferWords.SEALED;
            return now;
        }
    }

    /** Publishes by a look and a write: one publication is lost, and nobody hands the buffer on. */
    public static class PublishesInTwoSteps extends Buffer {
        @Override
        protected boolean publish(long bytes) {
            long now = words.balance + bytes;
            words.balance = now;
            return now == 0;
        }
    }

    /** Judges the overrun by another look: two see it, or none. */
    public static class LooksAgainForTheOverrun extends Buffer {
        @Override
        protected boolean overran(long found) {
            long now = words.space;
            return now >= 0 && now > LIMIT;
        }
    }

    /** A loser takes back what it added: the next to come finds a buffer that was never overrun. */
    public static class LoserUndoes extends Buffer {
        @Override
        protected long add(long bytes) {
            long found = words.reserve(bytes);
            if (!BufferWords.won(found, bytes, LIMIT)) {
                words.reserve(-bytes);
            }
            return found;
        }
    }

    /** Reserves by a look and a write: two get the same bytes. */
    public static class ReservesInTwoSteps extends Buffer {
        @Override
        protected long add(long bytes) {
            long found = words.space;
            words.space = found + bytes;
            return found;
        }
    }

    /** Opens by taking away what was used: what a delayed loser adds meanwhile is found in use in the next generation. */
    public static class OpensByDifference extends Buffer {
        @Override
        protected void open(long from) {
            long now = words.space;
            words.reserve(from - now);
        }
    }

    // -------------------------------------------------------------------------------- tests

    @Test
    void everyInterleavingOfItsStepsReturnsWhatSomeOrderOfTheCallsReturns() {
        check(modelChecking(), Buffer.class);
    }

    @Test
    void underStressItsCallsReturnWhatSomeOrderOfThemReturns() {
        check(new StressOptions().iterations(100).invocationsPerIteration(1_000), Buffer.class);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ReservesInTwoSteps.class,
                LooksAgainForTheOverrun.class,
                LoserUndoes.class,
                SealsInTwoSteps.class,
                PublishesInTwoSteps.class,
                OpensByDifference.class
            })
    void aBrokenStepIsCaught(Class<? extends Buffer> broken) {
        LincheckAssertionError caught =
                assertThrows(LincheckAssertionError.class, () -> check(modelChecking(), broken));
        String told = String.valueOf(caught.getMessage()).strip();
        assertTrue(told.startsWith("= Invalid execution results ="), told);
        String results = told.lines().takeWhile(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
        System.out.println("Lincheck: broken on purpose: " + broken.getSimpleName() + ": " + results);
    }

    private static Options<?, ?> modelChecking() {
        return new ModelCheckingOptions().iterations(100).invocationsPerIteration(500);
    }

    /** The buffer begins at the point of interest, so nothing is done before the threads start. */
    private static void check(Options<?, ?> options, Class<? extends Buffer> buffer) {
        options.threads(THREADS).actorsBefore(0).actorsPerThread(3).actorsAfter(1);
        options.sequentialSpecification(OneAtATime.class);
        options.check(buffer);
    }
}

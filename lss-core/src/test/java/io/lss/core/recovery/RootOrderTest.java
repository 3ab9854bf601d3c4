package io.lss.core.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every way in which two root copies can be left by processes that are killed and power that fails while roots are written, over
 * several owners: a root that was acknowledged is never lost, and there always is one.
 */
class RootOrderTest {

    private static final int OWNERS = 5;
    private static final int UPDATES = 2;
    private static final long TORN = -1;

    /**
     * The two copies: what can be read, and what the medium has. They differ while a write is not durable yet.
     *
     * @param acknowledged the last root whose update returned
     */
    private record State(long read0, long read1, long medium0, long medium1, long acknowledged) {

        State write(int copy, long sequence) {
            return copy == 0
                    ? new State(sequence, read1, medium0, medium1, acknowledged)
                    : new State(read0, sequence, medium0, medium1, acknowledged);
        }

        State sync(int copy) {
            return copy == 0
                    ? new State(read0, read1, read0, medium1, acknowledged)
                    : new State(read0, read1, medium0, read1, acknowledged);
        }

        State acknowledge(long sequence) {
            return new State(read0, read1, medium0, medium1, sequence);
        }

        /** What the next owner may find: after a kill what can be read, after power loss what was durable, old, or torn. */
        List<State> crashes() {
            List<State> all = new ArrayList<>();
            all.add(this);
            for (long left0 : outcomes(read0, medium0)) {
                for (long left1 : outcomes(read1, medium1)) {
                    all.add(new State(left0, left1, left0, left1, acknowledged));
                }
            }
            return all;
        }

        private static Set<Long> outcomes(long read, long medium) {
            return read == medium ? Set.of(medium) : new HashSet<>(List.of(read, medium, TORN));
        }
    }

    /** Which copy an owner overwrites first. */
    @FunctionalInterface
    private interface Rule {
        int first(RootChoice.Choice found);
    }

    @Test
    void noSequenceOfCrashesLosesTheRoot() throws IOException {
        assertTrue(explore(RootChoice.Choice::next) > 500);
    }

    /** The simpler rule that does not do; and a proof that the search above would notice. */
    @Test
    void overwritingAlwaysTheCopyThatIsNotTheBestCanLoseTheRoot() {
        assertThrows(IOException.class, () -> explore(found -> 1 - found.copy()));
    }

    private static int explore(Rule rule) throws IOException {
        Set<State> found = new HashSet<>(Set.of(new State(2, 2, 2, 2, 2)));
        int tried = 0;
        for (int owner = 0; owner < OWNERS; owner++) {
            Set<State> left = new HashSet<>();
            for (State state : found) {
                left.addAll(own(state, rule));
                tried++;
            }
            found = left;
        }
        return tried;
    }

    /** Opens, updates the root a few times, and crashes at every step. */
    private static Set<State> own(State state, Rule rule) throws IOException {
        Set<State> left = new HashSet<>();
        RootChoice.Choice choice = choose(state);
        Root root = choice.root();
        if (root == null || root.sequence() < state.acknowledged) {
            throw new IOException(state + " gives " + root);
        }
        long sequence = root.sequence();
        int first = rule.first(choice);
        State now = state;
        for (int i = 0; i < UPDATES; i++) {
            sequence = RootOrder.next(sequence, first);
            assertEquals(first, RootOrder.firstCopy(sequence));
            now = now.write(first, sequence);
            left.addAll(now.crashes());
            now = now.sync(first);
            left.addAll(now.crashes());
            now = now.write(1 - first, sequence);
            left.addAll(now.crashes());
            now = now.sync(1 - first).acknowledge(sequence);
            left.addAll(now.crashes());
            first = 1 - first;
        }
        return left;
    }

    private static RootChoice.Choice choose(State state) throws IOException {
        MemoryDevice device = new MemoryDevice();
        device.segments.put(1L, new byte[(int) LogImage.S]);
        device.roots[0] = image(state.read0);
        device.roots[1] = image(state.read1);
        return new RootChoice(device, row -> {}).choose(new long[] {1});
    }

    private static byte[] image(long sequence) {
        return sequence == TORN ? new byte[4096] : RootDescriptor.encode(LogImage.root().withSequence(sequence));
    }
}

package io.lss.tck.program;

import java.util.List;

/**
 * A sequence of moves against a store, for any store: what {@code Program} in the crash tests is for engines on the simulated device,
 * with several threads. Immutable.
 */
public final class StoreProgram {

    private final StoreSettings settings;
    private final long payloadSeed;
    private final List<Move> moves;

    StoreProgram(StoreSettings settings, long payloadSeed, List<Move> moves) {
        this.settings = settings;
        this.payloadSeed = payloadSeed;
        this.moves = List.copyOf(moves);
    }

    StoreSettings settings() {
        return settings;
    }

    /** {@return what the bytes of payloads are drawn from} */
    long payloadSeed() {
        return payloadSeed;
    }

    List<Move> moves() {
        return moves;
    }

    /** {@return the whole program, one line for each step} */
    @Override
    public String toString() {
        var text = new StringBuilder("a program of ").append(moves.size()).append(moves.size() == 1 ? " step" : " steps").append(", payloads from ").append(payloadSeed);
        text.append("\n   0. open with ").append(settings);
        for (int i = 0; i < moves.size(); i++) {
            text.append(String.format("%n  %2d. %s", i + 1, moves.get(i)));
        }
        return text.append("\n      close").toString();
    }
}

package io.lss.tck.program;

import io.lss.api.Durability;
import io.lss.api.WriteMode;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Draws programs. They get smaller by jqwik's own means: fewer steps, shorter records, fewer threads. */
public final class StorePrograms {

    private static final int MOST = 40;

    /** How long a record can be that fills a buffer; cut to what the store takes. */
    private final int longest;

    private StorePrograms(int longest) {
        this.longest = longest;
    }

    /**
     * {@return programs}
     *
     * @param bufferSize the length of a flush buffer in bytes: records are of all magnitudes up to it
     */
    public static Arbitrary<StoreProgram> forBuffersOf(int bufferSize) {
        StorePrograms draw = new StorePrograms(bufferSize);
        // Down to one step when a violation is made smaller; drawn are more.
        Arbitrary<List<Move>> moves = draw.move().list().ofMinSize(1).ofMaxSize(MOST).withSizeDistribution(
                RandomDistribution.uniform());
        return Combinators.combine(settings(), Arbitraries.integers().between(0, 1_000_000), moves)
                .as((settings, seed, steps) -> new StoreProgram(settings, seed, steps));
    }

    private static Arbitrary<StoreSettings> settings() {
        return Combinators.combine(
                        Arbitraries.of(WriteMode.values()),
                        Arbitraries.of(Durability.values()),
                        Arbitraries.integers().between(2, 4),
                        Arbitraries.of(0, 0, 1, 3),
                        Arbitraries.of(0, 0, 2, 10),
                        Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true)),
                        Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true)))
                .as(StoreSettings::new);
    }

    private static Tuple2<Integer, Arbitrary<Move>> calls(int weight, Arbitrary<? extends StoreCall> calls) {
        return Tuple.of(weight, calls.map(Move.Call::new));
    }

    private static Tuple2<Integer, Arbitrary<Move>> moves(int weight, Arbitrary<? extends Move> moves) {
        return Tuple.of(weight, moves.map(each -> each));
    }

    private Arbitrary<Move> move() {
        Arbitrary<Integer> choice = Arbitraries.integers().between(0, 99);
        Arbitrary<Boolean> either = Arbitraries.of(false, true);
        Arbitrary<StoreCall.Ending> ending = Arbitraries.frequency(
                Tuple.of(4, StoreCall.Ending.PUBLISH), Tuple.of(1, StoreCall.Ending.ABORT), Tuple.of(1, StoreCall.Ending.CLOSE));
        return Arbitraries.frequencyOf(List.of(
                calls(30, length().map(StoreCall.Append::new)),
                calls(7, lengths().map(StoreCall.Batch::new)),
                calls(8, length().map(StoreCall.Reserve::new)),
                calls(3, lengths().map(StoreCall.ReserveAll::new)),
                calls(7, Combinators.combine(choice, ending).as(StoreCall.End::new)),
                calls(5, Arbitraries.just(new StoreCall.Flush())),
                calls(3, Arbitraries.integers().between(1, 4).map(StoreCall.Poll::new)),
                calls(4, Arbitraries.just(new StoreCall.Sync())),
                calls(5, choice.map(StoreCall.Await::new)),
                calls(3, choice.map(StoreCall.Read::new)),
                calls(2, Arbitraries.just(new StoreCall.ReadAll())),
                calls(4, Arbitraries.just(new StoreCall.Scan())),
                calls(4, choice.map(StoreCall.Trim::new)),
                calls(3, Arbitraries.integers().between(0, 100).map(StoreCall.SetRoot::new)),
                moves(6, Combinators.combine(
                                Arbitraries.integers().between(2, 4), Arbitraries.integers().between(1, 8), lengths())
                        .as(Move.Together::new)),
                moves(4, Combinators.combine(choice, ending, either).as(Move.EndElsewhere::new)),
                moves(2, Arbitraries.of(0, 100, 2_000).map(micros -> new Move.AwaitWithin(Duration.ofNanos(micros * 1_000L)))),
                moves(4, Combinators.combine(Arbitraries.integers().between(1, 4), choice).as(Move.Wait::new)),
                moves(4, Combinators.combine(either, either).as(Move.Follow::new)),
                moves(3, Arbitraries.just(new Move.CatchUp())),
                moves(3, settings().map(Move.Reopen::new)),
                moves(6, Combinators.combine(lastCalls(), settings()).as(Move.Crash::new))));
    }

    /** {@return calls that leave something on its way} */
    private Arbitrary<List<StoreCall>> lastCalls() {
        Arbitrary<StoreCall> call = Arbitraries.frequencyOf(
                Tuple.of(2, length().map(StoreCall.Append::new)),
                Tuple.of(3, lengths().map(StoreCall.Batch::new)),
                Tuple.of(1, Arbitraries.just(new StoreCall.Flush())));
        return call.list().ofMaxSize(3);
    }

    /** {@return lengths of all magnitudes, now and then the longest there is} */
    private Arbitrary<Integer> length() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(1)),
                Tuple.of(3, Arbitraries.integers().between(1, 256)),
                Tuple.of(4, Arbitraries.integers().between(1, longest)),
                Tuple.of(1, Arbitraries.just(longest)));
    }

    private Arbitrary<List<Integer>> lengths() {
        return length().list().ofMinSize(1).ofMaxSize(5);
    }
}

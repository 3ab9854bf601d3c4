package io.lss.tck.program;

import io.lss.api.StoreOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One execution of a {@link StoreProgram}. Nothing goes wrong in it but crashes, so that every exception is a violation. */
public final class StoreProgramRun {

    /** A wait may hang for this part of the time after which the whole program is given up, so that it is known what hangs. */
    private static final int PATIENCE_SHARE = 3;

    private final Ground ground;
    private final CheckedStore calls;
    private final Duration patience;
    private final Waiters waiters;
    private @Nullable TailReader tail;

    private StoreProgramRun(StoreProgram program, Ground ground) {
        this.ground = ground;
        this.calls = new CheckedStore(new SplittableRandom(Mix.of(program.payloadSeed())), false);
        this.patience = ground.patience().dividedBy(PATIENCE_SHARE);
        this.waiters = new Waiters(patience);
    }

    /**
     * Runs a program.
     *
     * @throws ViolationException if the store does not keep a rule, which the message names, with the step and the program
     */
    public static void run(StoreProgram program, Ground ground) {
        var run = new StoreProgramRun(program, ground);
        int step = 0;
        String doing = "opening the store";
        try {
            run.open(program.settings(), false);
            for (Move move : program.moves()) {
                step++;
                doing = "step " + step + " (" + move + ")";
                run.run(move);
                run.check();
            }
            doing = "the close at the end";
            run.close();
        } catch (ViolationException e) {
            throw new ViolationException(e.getMessage() + "\n  in " + doing + " of " + program, e);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new ViolationException("S11: nothing was made to fail, but a call throws " + e + "\n  in " + doing + " of " + program, e);
        }
    }

    // -------------------------------------------------------------------------------------------- open and close

    private void open(StoreSettings settings, boolean powerCut) throws IOException {
        StoreOptions options = settings.applyTo(ground.options());
        calls.opened(ground.open(options), options, powerCut);
    }

    private void close() throws IOException {
        calls.close(false);
        endFollowers(false);
    }

    private void endFollowers(boolean crashed) {
        waiters.checkClosed(crashed);
        TailReader following = tail;
        tail = null;
        if (following != null) {
            following.end(calls.model(), crashed);
        }
    }

    private void reopen(StoreSettings with) throws IOException {
        close();
        open(with, false);
        calls.checkOpenedAfterClose();
    }

    private void crash(StoreSettings with) throws IOException {
        if (!ground.canCrash()) {
            reopen(with);
            return;
        }
        calls.acknowledge();
        calls.abandon();
        ground.crash();
        endFollowers(true);
        open(with, true);
    }

    /** What holds at any time. */
    private void check() {
        calls.acknowledge();
        calls.checkWatermarks();
        waiters.checkStable(calls.store().stableLsn());
        TailReader following = tail;
        if (following != null && !following.check(calls.model())) {
            tail = null;
        }
    }

    // -------------------------------------------------------------------------------------------- steps

    private void run(Move move) throws IOException {
        switch (move) {
            case Move.Call(StoreCall call) -> calls.run(call);
            case Move.Together(int threads, int records, List<Integer> lengths) -> together(threads, records, lengths);
            case Move.EndElsewhere(int choice, StoreCall.Ending how, boolean virtual) -> HelperThread.start("ends", virtual, () -> {
                        calls.appends().end(calls.model(), choice, how);
                        return true;
                    })
                    .result("S5: " + how + " of a reservation does not end", patience);
            case Move.AwaitWithin(Duration time) -> awaitWithin(time);
            case Move.Wait(int threads, int choice) -> await(threads, choice);
            case Move.Follow(boolean fromBegin, boolean virtual) -> follow(fromBegin, virtual);
            case Move.CatchUp() -> {
                TailReader following = tail;
                if (following != null && !following.catchUp(calls.model(), calls.store().stableLsn())) {
                    tail = null;
                }
            }
            case Move.Reopen(StoreSettings with) -> reopen(with);
            case Move.Crash(List<StoreCall> last, StoreSettings with) -> {
                for (StoreCall call : last) {
                    calls.run(call);
                }
                crash(with);
            }
        }
    }

    private void together(int threads, int records, List<Integer> lengths) {
        if (calls.mayNotWait()) {
            // They could wait for this thread's reservations, and this thread waits for them.
            calls.appends().endAll(calls.model());
        }
        List<List<byte[]>> payloads = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            List<byte[]> mine = new ArrayList<>();
            for (int j = 0; j < records; j++) {
                mine.add(calls.appends().payload(calls.store(), lengths.get((i + j) % lengths.size())));
            }
            payloads.add(mine);
        }
        Together.run(calls.store(), calls.model(), payloads, patience);
    }

    private void awaitWithin(Duration time) throws IOException {
        if (!calls.model().entries().isEmpty()) {
            calls.await(calls.model().entries().lastKey(), time);
        }
    }

    private void await(int threads, int choice) {
        List<Long> lsns = List.copyOf(calls.model().entries().descendingKeySet());
        if (lsns.isEmpty()) {
            return;
        }
        for (int i = 0; i < threads; i++) {
            waiters.add(calls.store(), lsns.get((choice + i) % Math.min(lsns.size(), 1 + choice)), i % 2 == 1);
        }
    }

    private void follow(boolean fromBegin, boolean virtual) throws IOException {
        if (tail == null) {
            long from = fromBegin ? calls.store().beginLsn() : calls.store().stableLsn();
            tail = TailReader.start(calls.store(), from, virtual, patience);
        }
    }
}

package io.lss.faults.system;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.util.List;

/** What scenarios in which the store must fail have in common. */
final class Drill {

    /** Enough that every thread waits, and the log has rolled. */
    static final int UNDER_WAY = 500;

    /** So many records are not acknowledged before a fault strikes. */
    private static final int MOST_UNAWARE = 20_000;

    private static final int UNAWARE_BEFORE_AGAIN = 2_000;

    /** Brings a fault about. */
    interface Fault {
        void run() throws IOException, InterruptedException, ViolationException;
    }

    private final Stage stage;
    private final Trial trial;

    Drill(Stage stage, Trial trial) {
        this.stage = stage;
        this.trial = trial;
    }

    /**
     * Brings a fault about under load, and waits until the store has failed and been looked at. {@return what it said, with its
     * causes}
     *
     * @param words one of them must be in what it said
     */
    String fail(Subject subject, Fault fault, String... words) throws IOException, ViolationException, InterruptedException {
        return fail(subject, fault, 1, words);
    }

    /** As above, of a fault that may strike somebody else, whom it does no harm: again, up to so many times, if nobody fails. */
    String fail(Subject subject, Fault fault, int times, String... words)
            throws IOException, ViolationException, InterruptedException {
        subject.await("open");
        subject.awaitAcknowledged(UNDER_WAY);
        fault.run();
        for (int i = 1; i < times && !subject.says("failed", UNAWARE_BEFORE_AGAIN); i++) {
            fault.run();
        }
        return failed(subject, words);
    }

    /** Waits until the store has failed and been looked at. {@return what it said, with its causes} */
    String failed(Subject subject, String... words) throws ViolationException, InterruptedException {
        String failure = subject.await("failed", MOST_UNAWARE);
        checkSays(failure, words);
        stage.check(failure.contains(trial.store().toString()), "the failure names no place: " + failure);
        String reads = subject.await("reads");
        subject.await("end");
        subject.awaitExit();
        stage.progress("said: " + failure + "; reads then: " + reads);
        return failure;
    }

    private void checkSays(String failure, String... words) {
        stage.check(
                List.of(words).stream().anyMatch(failure::contains),
                "the failure does not say one of " + List.of(words) + ": " + failure);
    }

    /**
     * Looks at the store while the cause is not mended: the oracle holds, or opening fails as it does on a broken disk.
     * {@return whether it opened}
     */
    boolean lookUnmended(Opening opening) throws IOException, ViolationException, InterruptedException {
        try {
            trial.look(opening);
            return true;
        } catch (StoreException e) {
            stage.check(!(e instanceof StoreCorruptException), "an I/O error was taken for corruption: " + SubjectMain.chain(e));
        } catch (IOException e) {
            stage.check(
                    SubjectMain.chain(e).contains(trial.store().toString()),
                    "opening on a broken disk names no place: " + SubjectMain.chain(e));
        }
        return false;
    }
}

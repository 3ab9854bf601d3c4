package io.lss.faults.system;

import io.lss.api.LogStructuredStore;
import io.lss.faults.load.Account;
import io.lss.faults.load.Entry;
import io.lss.faults.load.Oracle;
import io.lss.faults.load.Run;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One store, the runs that had it open, and the oracle that has followed it. */
final class Trial {

    /** The log is never trimmed. */
    static final long ALL = Long.MAX_VALUE / 2;

    private static final int MOST_SECONDS = 120;

    private final Stage stage;
    private final Path store;
    private final Oracle oracle = new Oracle();
    private final List<Run> unseen = new ArrayList<>();
    private int runs;

    Trial(Stage stage, Path store) {
        this.stage = stage;
        this.store = store;
    }

    Path store() {
        return store;
    }

    Subject begin(Opening opening, long kept) throws IOException, ViolationException, InterruptedException {
        return begin(opening, kept, Subject.Launch.PLAIN);
    }

    /** {@return a process that is opening the store} */
    Subject begin(Opening opening, long kept, Subject.Launch launch)
            throws IOException, ViolationException, InterruptedException {
        return begin(opening, kept, launch, stage.directory());
    }

    /** As above; the account is in a directory that the process may write. */
    Subject begin(Opening opening, long kept, Subject.Launch launch, Path accounts)
            throws IOException, ViolationException, InterruptedException {
        int number = ++runs;
        Path shared = accounts.resolve("account-" + number);
        Account account = Account.create(shared);
        shared.toFile().setWritable(true, false);
        Subject subject = Subject.start(stage, launch, account);
        unseen.add(new Run(number, account));
        subject.say(opening.text() + " " + store + " " + shared + " " + number + " " + kept);
        return subject;
    }

    /** Opens the store, here, and holds it against the runs since the last look. */
    void look(Opening opening) throws IOException, ViolationException, InterruptedException {
        inTime("the look at the store", () -> {
            try (LogStructuredStore opened = LogStructuredStore.open(store, opening.options())) {
                oracle.look(opened, unseen);
            }
            return true;
        });
        unseen.clear();
        stage.crashPoint();
    }

    /** Opens it again: it must be as it was at the last look. */
    void lookAgain(Opening opening) throws IOException, ViolationException, InterruptedException {
        List<Entry> found = inTime("the second look at the store", () -> {
            try (LogStructuredStore opened = LogStructuredStore.open(store, opening.options())) {
                return Oracle.scan(opened);
            }
        });
        Stage.require(found.equals(oracle.known()), "opened twice, it is not the same");
        stage.crashPoint();
    }

    /** A copy of it, elsewhere, is as it was at the last look. */
    void lookAtCopy(Path copy, Opening opening) throws IOException, ViolationException, InterruptedException {
        List<Entry> found = inTime("the look at a copy of the store", () -> {
            try (LogStructuredStore opened = LogStructuredStore.open(copy, opening.options())) {
                return Oracle.scan(opened);
            }
        });
        Stage.require(found.equals(oracle.known()), "the copy is not the same");
        stage.crashPoint();
    }

    /** The store works: a run that nothing happens to ends well, and all of it is there. */
    void goOn(Opening opening) throws IOException, ViolationException, InterruptedException {
        try (Subject subject = begin(opening, ALL)) {
            subject.await("open");
            subject.awaitAcknowledged(60);
            finish(subject);
        }
        look(opening);
    }

    /** Lets a run end by itself. */
    static void finish(Subject subject) throws IOException, ViolationException, InterruptedException {
        subject.say("stop");
        String end = subject.await("end");
        Stage.require(end.equals("closed"), "not closed as it should be: " + end);
        subject.awaitExit();
    }

    long acknowledged() {
        return oracle.acknowledged();
    }

    /** {@return what a task gives, in this JVM, but not in this thread: it may hang} */
    static <T> T inTime(String what, Callable<T> task) throws IOException, ViolationException, InterruptedException {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = Thread.ofPlatform().daemon().name("lss-faults-" + what).start(future);
        try {
            return future.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            for (var each : Thread.getAllStackTraces().entrySet()) {
                System.out.println(each.getKey());
                for (StackTraceElement frame : each.getValue()) {
                    System.out.println("    at " + frame);
                }
            }
            throw new ViolationException(
                    "a hang: " + what + " in " + thread + " did not end in " + MOST_SECONDS + " s; stacks above");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case ViolationException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IOException(e.getCause());
            }
        }
    }
}

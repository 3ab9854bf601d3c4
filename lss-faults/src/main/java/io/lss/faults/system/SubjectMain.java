package io.lss.faults.system;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.faults.load.Account;
import io.lss.faults.load.Claims;
import io.lss.faults.load.Load;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The process to which a fault happens. It bears a load, tells its parent what it is told by the store, a line at a time, and
 * when the store has failed looks closely at what that store still does ({@link Aftermath}). Nothing of it may hang: see {@link
 * Deadline}.
 *
 * <p>Its first line is {@code ready PID}; then it is given {@code OPENING DIRECTORY ACCOUNT RUN KEPT}, and answers
 * {@code open ...} or {@code refused ...}. Then commands: {@code stop}, {@code interrupts}, {@code reads}, {@code flood},
 * {@code stats}, {@code hoard}.
 */
final class SubjectMain {

    /** The property with the errno by which the calls of io_uring are to be refused. */
    static final String FORBID = "lss.faults.forbid";

    private static final int MOST_SECONDS_TO_OPEN = 120;
    private static final int MOST_SECONDS_TO_FAIL = 90;

    private final Path directory;
    private final Account account;
    private final int run;
    private final LogStructuredStore store;
    private final Load load;
    private final List<Throwable> failures = new ArrayList<>();
    private volatile boolean over;

    /** Whether all threads but one append without waiting. */
    private volatile boolean flood;

    private SubjectMain(Path directory, Account account, int run, long kept, LogStructuredStore store) {
        this.directory = directory;
        this.account = account;
        this.run = run;
        this.store = store;
        this.load = Load.start(store, account, run, new Bearing(kept));
    }

    static synchronized void say(String word, String text) {
        System.out.println(word + " " + text.replaceAll("\\s+", " "));
    }

    /** {@return a failure with its causes, in one line} */
    static String chain(Throwable failure) {
        StringBuilder all = new StringBuilder(failure.toString());
        Throwable cause = failure.getCause();
        for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
            all.append(" <- ").append(cause);
        }
        return all.toString();
    }

    public static void main(String[] arguments) throws Throwable {
        java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.OFF);
        Integer errno = Integer.getInteger(FORBID);
        if (errno != null) {
            ForbiddenRings.forbid(errno);
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready", String.valueOf(ProcessHandle.current().pid()));
        String line = input.readLine();
        if (line == null) {
            return; // nobody wants it any more
        }
        String[] words = line.split(" ", -1);
        Path directory = Path.of(words[1]);
        Account account = Account.map(Path.of(words[2]));
        LogStructuredStore store;
        try (Deadline _ = new Deadline("open", MOST_SECONDS_TO_OPEN)) {
            store = LogStructuredStore.open(directory, Opening.parse(words[0]).options());
            account.setOpened(store.recovery().session());
        } catch (IOException e) {
            say("refused", chain(e));
            return;
        }
        say("open", "provider=" + store.provider() + " volatile=" + store.volatileMedium() + " device=" + store.device()
                + " rejected=" + store.rejectedProviders() + " inStats=" + store.stats().device());
        SubjectMain subject = new SubjectMain(directory, account, Integer.parseInt(words[3]), Long.parseLong(words[4]), store);
        Thread.ofPlatform().daemon().start(() -> subject.obey(input));
        subject.awaitTheEnd();
        System.exit(0);
    }

    private void obey(BufferedReader input) {
        try {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                switch (line) {
                    case "stop" -> load.stop();
                    case "interrupts" -> Thread.ofPlatform().daemon().start(this::interrupt);
                    case "reads" -> Thread.ofPlatform()
                            .daemon()
                            .name("reads")
                            .start(() -> new Reading(store, account, run).goOn(() -> over));
                    case "flood" -> flood = true;
                    case "stats" -> sayStats();
                    case "hoard" -> Thread.ofPlatform().daemon().start(SubjectMain::hoard);
                    default -> say("violation", "no such command: " + line);
                }
            }
            Runtime.getRuntime().halt(0); // the parent has ended, and nobody is left to tell
        } catch (IOException e) {
            say("violation", "commands cannot be read: " + chain(e));
        }
    }

    private void sayStats() {
        long stable = store.stableLsn(); // before the tail, so that the distance is never more than it was
        say("stats", stable + " " + store.tailLsn() + " " + store.stats().backPressureWaits() + " " + store.stats().records());
    }

    /** Interrupts one thread of the load after the other, at any point. */
    private void interrupt() {
        List<Thread> threads = load.threads();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long count = 0;
        while (!over) {
            threads.get(random.nextInt(threads.size())).interrupt();
            if (++count % 100 == 0) {
                say("interrupted", String.valueOf(count));
            }
            LockSupport.parkNanos(random.nextLong(500_000));
        }
    }

    /** Takes memory until the kernel has none to give. */
    private static void hoard() {
        while (true) {
            Arena.global().allocate(4 << 20).fill((byte) 1);
        }
    }

    private void awaitTheEnd() throws IOException, InterruptedException {
        boolean failing = false;
        Deadline deadline = null;
        for (Thread thread : load.threads()) {
            while (!thread.join(java.time.Duration.ofMillis(20))) {
                if (!failing && firstFailure() != null) {
                    failing = true;
                    deadline = new Deadline("end of all threads after the first was told of the failure", MOST_SECONDS_TO_FAIL);
                }
            }
        }
        if (deadline != null) {
            deadline.close();
        }
        over = true;
        Throwable failure = firstFailure();
        if (failure == null) {
            close();
            return;
        }
        if (failure instanceof StoreFailedException e) {
            account.setFailed(e.stableLsn());
        }
        say("failed", chain(failure));
        if (failure instanceof StoreFailedException e) {
            new Aftermath(store, account, run, directory, e).look();
        } else {
            say("violation", "the load ended by something else than the store's failure: " + chain(failure));
            failure.printStackTrace();
        }
        say("end", "after a failure");
    }

    private @org.jspecify.annotations.Nullable Throwable firstFailure() {
        synchronized (failures) {
            return failures.isEmpty() ? null : failures.getFirst();
        }
    }

    private void close() {
        try (Deadline _ = new Deadline("close", MOST_SECONDS_TO_FAIL)) {
            store.close();
            say("end", "closed");
        } catch (IOException e) {
            say("violation", "close: " + chain(e));
            say("end", "closed with an exception");
        }
    }

    /** Goes on after what is said to pass. */
    private final class Bearing implements Load.Manner {

        private final long kept;
        private final AtomicLong full = new AtomicLong();

        Bearing(long kept) {
            this.kept = kept;
        }

        @Override
        public long kept() {
            return kept;
        }

        @Override
        public int patience(int thread) {
            return flood && thread > 0 ? Load.MOST : Load.Manner.super.patience(thread);
        }

        @Override
        public boolean again(StoreException failure) {
            if (failure instanceof StoreInterruptedException) {
                if (!Thread.interrupted()) {
                    say("violation", "interrupted, and the interrupt status is not set");
                }
                return true;
            }
            if (failure instanceof StoreFullException) {
                if (full.incrementAndGet() % 10 == 1) {
                    say("full", chain(failure) + " location=" + failure.location());
                }
                LockSupport.parkNanos(20_000_000); // as a user would; the parent makes space
                return true;
            }
            return false;
        }

        @Override
        public void failed(Throwable failure) {
            synchronized (failures) {
                failures.add(failure);
            }
        }
    }

    static int claimed(Account account, int thread) {
        return (int) account.get(Claims.stable(thread));
    }
}

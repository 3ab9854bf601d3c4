package io.lss.faults.load;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.WriteMode;
import io.lss.faults.Providers;
import io.lss.faults.Trees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The process that bears the load and dies of it. */
final class LoadMain {

    /** The argument with which it does a little of everything and ends. */
    static final String TRAINING = "training";

    /** The property with a directory of the parent's, for what is of no use to anybody else. */
    static final String SCRATCH = "lss.faults.scratch";

    private LoadMain() {}

    /**
     * Says that it is ready, waits for a line "setup directory account run lies mirror position", says that it has opened the
     * store, and runs until it is killed. The mirror is a disk, or {@code -}.
     */
    public static void main(String[] arguments) throws Exception {
        java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.OFF);
        warmUp();
        if (arguments.length > 0 && arguments[0].equals(TRAINING)) {
            train(Path.of(arguments[1]));
            System.exit(0);
        }
        System.out.println("ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            return; // nobody wants it any more
        }
        Thread.ofPlatform().daemon().start(() -> endWith(input));
        List<String> words = List.of(line.split(" ", -1));
        Setup setup = Setup.parse(words.get(0));
        Path directory = Path.of(words.get(1));
        Mirror mirror = words.get(5).equals("-") ? null : new Mirror(Path.of(words.get(5)), Long.parseLong(words.get(6)));
        Account account = Account.map(Path.of(words.get(2)), mirror);
        LogStructuredStore store = LogStructuredStore.open(directory, setup.options());
        account.setQuietly(Claims.ADOPTED, store.recovery().endLsn());
        account.set(Claims.OPENED, store.recovery().session());
        System.out.println("open");
        Load.start(store, account, Integer.parseInt(words.get(3)), Boolean.parseBoolean(words.get(4)));
    }

    /** The parent says nothing more, and its end closes the pipe: a load does not outlive it. */
    private static void endWith(BufferedReader input) {
        try {
            while (input.readLine() != null) {
                // Nothing that is said is of interest.
            }
        } catch (IOException e) {
            // The pipe is gone as well.
        }
        Runtime.getRuntime().halt(Load.FAILED);
    }

    /** Uses all that a run uses, so that the JVM sees which classes those are. */
    private static void train(Path scratch) throws IOException {
        for (String provider : Providers.at(scratch)) {
            Setup setup = Setup.of(provider, WriteMode.TAIL_LOCALIZED, Durability.SYNC, 1)
                    .dyingAt(new Moment(Moment.Operation.ANY, Moment.Phase.AFTER, Integer.MAX_VALUE));
            LogStructuredStore store = LogStructuredStore.open(scratch.resolve(provider), setup.options());
            Account account = Account.create(scratch.resolve("account-" + provider));
            Load.start(store, account, 1, false);
            while (account.get(Claims.TRIM_TOLD) == 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        // Not deleted here: the load goes on until the process ends.
    }

    /**
     * Loads the classes, so that a run spends its short life on the store. What it leaves when it dies here, the parent deletes.
     */
    private static void warmUp() throws IOException {
        Path scratch = Files.createTempDirectory(Path.of(System.getProperty(SCRATCH)), "warm-up-");
        Setup setup = Setup.of("filechannel", WriteMode.SERIALIZED, Durability.SYNC, 1);
        try (LogStructuredStore store = LogStructuredStore.open(scratch, setup.options())) {
            store.awaitStable(store.append(Payloads.of(0, 0, 1)));
            store.trimBefore(store.stableLsn());
        }
        Trees.delete(scratch);
    }
}

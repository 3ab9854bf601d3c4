package io.lss.cli.upkeep;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.api.RecordCursor;
import io.lss.api.StoreLockedException;
import io.lss.cli.ExitCode;
import io.lss.cli.Explanation;
import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.LeftBehindException;
import io.lss.cli.frame.Providers;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lss backup}: a copy of a store, compared with it. */
@Command(
        name = "backup",
        description = {
            "Copies a store: every stable record with its LSN, and the application root. Then opens the copy and compares it"
                    + " with the store, record by record.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A store belongs to the process that has it open. From outside, only a store that nobody has open can be copied;"
                    + " this command has it open meanwhile. An application that does not want to stop makes its copy itself,"
                    + " by LogStructuredStore.backup, while it goes on appending; 'lss verify' then checks that copy."
                    + " Copying the files of a store in use by other means gives nothing that can be relied on.",
            "",
            "After a failure or Ctrl-C while it copies, the target is incomplete and does not open as a store; remove it. After one"
                    + " while it compares, the copy opens as a store, and 'lss verify' checks it. A line says which.",
            "",
            "Examples:",
            "  lss backup data /mnt/backup/data-$(date +%%F)"
        })
public final class BackupCommand implements Callable<Integer> {
    @Mixin
    private StoreArgument store = new StoreArgument();

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where to put the copy: a new directory, or an empty one.")
    private Path target = Path.of("");

    @Mixin
    private Reporting reporting = new Reporting();

    /** What to type when a copy was not made to its end, of the target. */
    private static final String REPEAT = "remove it (rm -r %s) and type the command again";

    /** What the copy and the store have in common. */
    private record Compared(long records, long bytes) {}

    /** Made by the command line parser. */
    public BackupCommand() {}

    @Override
    public Integer call() throws IOException {
        Path from = store.path().toAbsolutePath().normalize();
        if (target.toAbsolutePath().normalize().startsWith(from)) {
            throw reporting.wrong("TARGET " + target + " is in STORE " + store.path() + ": give a place outside of it");
        }
        try (LogStructuredStore log = open()) {
            long end = copy(log);
            Compared compared;
            try (LogStructuredStore copy = store.openCopy(target)) {
                compared = compared(log, copy, end);
            }
            tell(log, end, compared);
        }
        return ExitCode.OK.code();
    }

    /** Compares, and says what is left of the copy if that comes to no end. */
    private Compared compared(LogStructuredStore log, LogStructuredStore copy, long end) throws IOException {
        try {
            return compare(log, copy, end);
        } catch (DifferentCopyException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            String check = "; check it by itself: lss verify " + Explanation.word(target) + ", or " + REPEAT.formatted(Explanation.word(target));
            if (reporting.invocation().interruption().isRequested()) {
                throw new LeftBehindException(
                        "interrupted while it compared: the copy " + target + " is whole and opens as a store, but was not compared to its end" + check, e);
            }
            reporting.screen().warn("the copy " + target
                    + " opens as a store, but was not compared to its end: what is damaged in the store is damaged in it as well" + check);
            throw e;
        }
    }

    /** Copies, and says what is left of the copy if it comes to no end. {@return the LSN at which it ends} */
    private long copy(LogStructuredStore log) throws IOException {
        Set<Path> before = files();
        long begin = log.beginLsn();
        AtomicLong reached = new AtomicLong(begin);
        Interruption interruption = reporting.invocation().interruption();
        try (Progress _ = reporting.screen().progress("copying", log.stableLsn() - begin, () -> reached.get() - begin)) {
            return log.backup(target.toAbsolutePath().toUri(), lsn -> {
                interruption.throwIfRequested();
                reached.setOpaque(lsn);
            });
        } catch (NoProviderException e) {
            throw withAnother(e);
        } catch (IOException | RuntimeException e) {
            if (files().equals(before)) {
                throw e;
            }
            String left = "the copy " + target + " is incomplete and does not open as a store; " + REPEAT.formatted(Explanation.word(target));
            if (interruption.isRequested()) {
                throw new LeftBehindException("interrupted while it copied: " + left, e);
            }
            reporting.screen().warn(left);
            throw e;
        }
    }

    /** {@return what is at the target, itself included; what cannot be listed is not there} */
    private Set<Path> files() {
        try (Stream<Path> files = Files.walk(target, 1)) {
            return files.collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException e) {
            return Set.of();
        }
    }

    /** A copy is made through the provider by which the store is open; the target's file system may not be one for it. */
    private NoProviderException withAnother(NoProviderException refusal) {
        String others = Providers.installed().stream()
                .filter(each -> each.probe(target.toAbsolutePath().toUri()).available())
                .map(each -> "lss backup --provider " + each.name() + " " + Explanation.word(store.path()) + " " + Explanation.word(target))
                .collect(Collectors.joining(", or "));
        return new NoProviderException(
                refusal.problem(), others.isEmpty() ? "give another target" : "what may work there: " + others, Map.of());
    }

    private LogStructuredStore open() throws IOException {
        try {
            return store.open();
        } catch (StoreLockedException e) {
            throw new StoreLockedException(
                    e.getMessage() + ". Only its owner can copy it while it is in use: LogStructuredStore.backup", e);
        }
    }

    private Compared compare(LogStructuredStore log, LogStructuredStore copy, long end) throws IOException {
        if (!Arrays.equals(log.root(), copy.root())) {
            throw new DifferentCopyException("the application root of " + target + " is not that of the store");
        }
        if (log.beginLsn() != copy.beginLsn()) {
            throw new DifferentCopyException(target + " begins at LSN " + copy.beginLsn() + ", the store at " + log.beginLsn());
        }
        long begin = log.beginLsn();
        AtomicLong position = new AtomicLong();
        long records = 0;
        long bytes = 0;
        try (RecordCursor original = log.scan(begin);
                RecordCursor copied = copy.scan(begin);
                Progress _ = reporting.screen().progress("comparing", end - begin, position::get)) {
            while (original.next()) {
                if (!copied.next() || copied.lsn() != original.lsn() || copied.payload().mismatch(original.payload()) >= 0) {
                    throw new DifferentCopyException(target + " does not hold the record at LSN " + original.lsn()
                            + " as the store does");
                }
                records++;
                bytes += original.payload().byteSize();
                position.setOpaque(original.lsn() - begin);
            }
            if (copied.next()) {
                throw new DifferentCopyException(target + " holds a record at LSN " + copied.lsn() + ", which the store does not");
            }
        }
        return new Compared(records, bytes);
    }

    private void tell(LogStructuredStore log, long end, Compared compared) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("target", target.toString())
                    .put("begin", log.beginLsn())
                    .put("end", end)
                    .put("records", compared.records())
                    .put("bytes", compared.bytes())
                    .put("rootBytes", log.root().length)
                    .put("verified", true));
        } else {
            reporting.screen().line("copied and compared: " + Quantity.count(compared.records(), "record") + ", "
                    + Quantity.bytes(compared.bytes()) + ", LSN " + log.beginLsn() + " to " + end + ", application root of "
                    + log.root().length + " bytes, to " + target);
        }
    }
}

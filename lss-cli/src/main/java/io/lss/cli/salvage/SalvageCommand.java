package io.lss.cli.salvage;

import io.lss.cli.ExitCode;
import io.lss.cli.Explanation;
import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.LeftBehindException;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.Progress;
import io.lss.core.inspect.StoreInspection;
import io.lss.core.salvage.Salvage;
import io.lss.core.salvage.SalvageReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lss salvage}. */
@Command(
        name = "salvage",
        description = "Saves what a damaged store holds into a new one, and says exactly what was lost and why.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nSTORE is read, never changed; it may be on a file system that is mounted read-only. Every record that is whole keeps its LSN; what is lost reads as aborted there, or as no"
                + " record. At the end NEW is opened, verified and scanned with every provider that works. Exit code 0: nothing is lost;"
                + " 11: something is, and the account says what."
                + " After Ctrl-C there is no new store, or, once the account is written, one that the last line says how to check.%n%nExamples:%n",
        footer = {
            "  lss salvage data data.new",
            "  lss salvage data /other/disk/data --json > account.jsonl"
        })
public final class SalvageCommand implements Callable<Integer> {

    @Mixin
    private StoreArgument store = new StoreArgument();

    @Mixin
    private Reporting reporting = new Reporting();

    @Parameters(index = "1", paramLabel = "NEW", description = "The directory of the new store: empty, or to be created.")
    private Path target = Path.of("");

    /** Made by the command line parser. */
    public SalvageCommand() {}

    @Override
    public Integer call() throws IOException {
        Path from = store.path().toAbsolutePath().normalize();
        Path to = target.toAbsolutePath().normalize();
        if (to.equals(from) || to.startsWith(from)) {
            throw reporting.wrong("NEW " + target + " is in STORE " + store.path() + ": give a place outside of it");
        }
        URI location = to.toUri();
        AccountWriter account = new AccountWriter(reporting);
        // Ctrl-C waits for what was made to be removed.
        reporting.invocation().interruption().waitLong();
        SalvageReport report = salvage(location, account);
        account.sum(report);
        List<String> wrong = check(location, account, report);
        for (String each : wrong) {
            reporting.screen().warn("the new store is not as it must be: " + each);
        }
        if (!wrong.isEmpty()) {
            return ExitCode.VERIFICATION_FAILED.code();
        }
        return (report.isComplete() ? ExitCode.OK : ExitCode.RECORDS_LOST).code();
    }

    private SalvageReport salvage(URI location, AccountWriter account) throws IOException {
        try (StoreInspection old = store.inspect(reporting)) {
            long[] segments = old.segments();
            long size = old.segmentSize();
            long first = segments.length == 0 ? 0 : segments[0] * size;
            long last = segments.length == 0 ? 0 : (segments[segments.length - 1] + 1) * size;
            try (Progress _ = reporting.screen().progress("salvaging", last - first, () -> account.progress() - first)) {
                return Salvage.run(old, location, store.provider(), account);
            }
        } catch (IOException | RuntimeException e) {
            if (account.wasStopped()) {
                // What could not be removed is in the failure, and is no store: the root comes last.
                throw new LeftBehindException(
                        e.getSuppressed().length == 0
                                ? "interrupted: there is no new store, what was made of it at " + target
                                        + " is removed again; the account above is of a part of the store"
                                : "interrupted: there is no new store, but files of it are left at " + target + ", which are none: rm -r "
                                        + Explanation.word(target),
                        e);
            }
            throw e;
        }
    }

    private List<String> check(URI location, AccountWriter account, SalvageReport report) throws IOException {
        Interruption interruption = reporting.invocation().interruption();
        try {
            return new NewStoreCheck(location, report, account, reporting.screen(), interruption).run();
        } catch (IOException | RuntimeException e) {
            if (interruption.isRequested()) {
                throw new LeftBehindException(
                        "interrupted: the new store " + target + " is made, and holds what the account says, but was not checked to its end;"
                                + " check it: lss verify " + Explanation.word(target),
                        e);
            }
            throw e;
        }
    }
}

package io.lss.cli.upkeep;

import io.lss.api.Damage;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreException;
import io.lss.api.StoreLocationException;
import io.lss.api.VerificationReport;
import io.lss.cli.ExitCode;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Quantity;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lss verify}: everything that is stable is read and checked. */
@Command(
        name = "verify",
        description = {"Reads everything that is stable in a store and says what is not as it should be.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            StoreArgument.OPENS,
            "",
            "Where nothing can be written, such as on a file system that is mounted read-only, it is read as it is: nothing is recovered then.",
            "",
            "Of each unit with damage it is told how many of its records are whole: a scan stops before it, 'lss salvage' keeps them.",
            "",
            "A store that is damaged below its recorded stable LSN may not open; then the failure names the place.",
            "",
            "Examples:",
            "  lss verify data && echo sound",
            "  lss verify --json data | jq 'select(.damage)'"
        })
public final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private StoreArgument store = new StoreArgument();

    @Mixin
    private Reporting reporting = new Reporting();

    /** LSNs of damage. */
    private final NavigableSet<Long> damaged = new TreeSet<>();

    /** Made by the command line parser. */
    public VerifyCommand() {}

    @Override
    public Integer call() throws IOException {
        VerificationReport report = verify();
        new BadUnits(reporting, damaged).tell(store.location(), store.provider());
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("sound", report.damages() == 0)
                    .put("damages", report.damages())
                    .put("records", report.records())
                    .put("units", report.units())
                    .put("segments", report.segments())
                    .put("bytes", report.bytes()));
        } else {
            reporting.screen().line((report.damages() == 0 ? "sound: " : Quantity.count(report.damages(), "damage") + ": ")
                    + Quantity.count(report.records(), "record") + " in " + Quantity.count(report.units(), "unit") + " of "
                    + Quantity.count(report.segments(), "segment") + ", " + Quantity.bytes(report.bytes()) + " read");
        }
        return (report.damages() == 0 ? ExitCode.OK : ExitCode.CORRUPT).code();
    }

    private VerificationReport verify() throws IOException {
        try (LogStructuredStore log = store.open()) {
            long begin = log.beginLsn();
            AtomicLong reached = new AtomicLong(begin);
            try (Progress _ = reporting.screen().progress("verifying", log.stableLsn() - begin, () -> reached.get() - begin)) {
                return log.verify(this::tell, lsn -> moved(reached, lsn));
            }
        } catch (StoreLocationException e) {
            return look(e);
        }
    }

    /** Where nothing can be written the store is read as it is. */
    private VerificationReport look(StoreLocationException refusal) throws IOException {
        try (StoreInspection inspection = store.inspect(reporting)) {
            if (inspection.isReadOnly()) {
                long[] segments = inspection.segments();
                long size = inspection.segmentSize();
                long begin = segments.length == 0 ? 0 : segments[0] * size;
                long end = segments.length == 0 ? 0 : (segments[segments.length - 1] + 1) * size;
                AtomicLong reached = new AtomicLong(begin);
                try (Progress _ = reporting.screen().progress("verifying", end - begin, () -> reached.get() - begin)) {
                    return inspection.verify(this::tell, lsn -> moved(reached, lsn));
                }
            }
        } catch (StoreException e) {
            throw e.at(store.location());
        }
        throw refusal;
    }

    private void moved(AtomicLong reached, long lsn) {
        reporting.invocation().interruption().throwIfRequested();
        reached.setOpaque(lsn);
    }

    private void tell(Damage damage) {
        damaged.add(damage.lsn());
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("damage", new JsonObject().put("lsn", damage.lsn()).put("reason", damage.reason())));
        } else {
            reporting.screen().line("damage at LSN " + damage.lsn() + ": " + damage.reason());
        }
    }
}

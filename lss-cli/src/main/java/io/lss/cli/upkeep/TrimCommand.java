package io.lss.cli.upkeep;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.cli.ExitCode;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Quantity;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lss trim}: records below an LSN are given up. */
@Command(
        name = "trim",
        description = {"Gives up the records below an LSN, for good. Space is returned segment by segment.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "This opens the store, so it must not be in use, and there must be space for one more segment: on a full disk,"
                    + " free that much first. An application's own index and root may point at what is given up; this"
                    + " command cannot know.",
            "",
            "Examples:",
            "  lss trim --before 67112960 --dry-run data   what would be given up",
            "  lss trim --before 67112960 data"
        })
public final class TrimCommand implements Callable<Integer> {
    @Mixin
    private StoreArgument store = new StoreArgument();

    @Option(
            names = "--before",
            paramLabel = "LSN",
            required = true,
            description = "The new begin of the log: every record with a lower LSN is given up.")
    private long before;

    @Option(names = "--dry-run", description = "Count what would be given up, and give up nothing.")
    private boolean dryRun;

    @Mixin
    private Reporting reporting = new Reporting();

    /** Made by the command line parser. */
    public TrimCommand() {}

    @Override
    public Integer call() throws IOException {
        try (LogStructuredStore log = store.open()) {
            long begin = log.beginLsn();
            if (before > log.stableLsn()) {
                throw reporting.wrong("--before " + before + " is above the stable end of the log, LSN " + log.stableLsn());
            }
            long records = dryRun ? count(log, begin) : -1;
            if (!dryRun) {
                try (Progress _ = reporting.screen().busy("trimming")) {
                    log.trimBefore(before);
                }
            }
            tell(begin, dryRun ? Math.max(begin, before) : log.beginLsn(), records);
        }
        return ExitCode.OK.code();
    }

    private long count(LogStructuredStore log, long begin) throws IOException {
        AtomicLong position = new AtomicLong();
        long records = 0;
        try (RecordCursor cursor = log.scan(begin);
                Progress _ = reporting.screen().progress("counting", before - begin, position::get)) {
            while (cursor.next() && cursor.lsn() < before) {
                records++;
                position.setOpaque(cursor.lsn() - begin);
            }
        }
        return records;
    }

    private void tell(long begin, long now, long records) {
        if (reporting.isJson()) {
            JsonObject object = new JsonObject().put("dryRun", dryRun).put("beginBefore", begin).put("begin", now);
            reporting.json(dryRun ? object.put("records", records) : object);
        } else if (dryRun) {
            reporting.screen().line("would give up " + Quantity.count(records, "record") + ": the log would begin at LSN " + now
                    + ", now it begins at " + begin);
        } else if (now == begin) {
            reporting.screen().line("nothing to give up: the log begins at LSN " + begin);
        } else {
            reporting.screen().line("the log begins at LSN " + now + ", before it began at " + begin);
        }
    }
}

package io.lss.cli.records;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.cli.ExitCode;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lss cat}: the records of a store, in order. */
@Command(
        name = "cat",
        description = {"Writes the records of a store to standard output, in the order of their LSNs.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            StoreArgument.OPENS,
            "",
            "Examples:",
            "  lss cat data                            each record on a line",
            "  lss cat --lsn data | head -5            the first five, with their LSNs",
            "  lss cat --from 67112960 --limit 1 data  the record there, or the next one",
            "  lss cat --json data | jq .text",
            "  lss cat --format u32le data >records    to append to another store, whatever is in them"
        })
public final class CatCommand implements Callable<Integer> {
    @Mixin
    private StoreArgument store = new StoreArgument();

    @Option(
            names = "--from",
            paramLabel = "LSN",
            description = "Begin with the first record at or after this LSN. Default: with the first.")
    private @Nullable Long from;

    @Option(names = "--limit", paramLabel = "N", description = "Write no more than so many records.")
    private long limit = Long.MAX_VALUE;

    @Mixin
    private RecordWriter writer = new RecordWriter();

    @Mixin
    private Reporting reporting = new Reporting();

    /** Made by the command line parser. */
    public CatCommand() {}

    @Override
    public Integer call() throws IOException {
        writer.check(reporting);
        if (limit < 0) {
            throw reporting.wrong("--limit " + limit + " is negative");
        }
        try (LogStructuredStore log = store.open()) {
            long begin = from == null ? log.beginLsn() : from;
            if (begin < log.beginLsn() || begin > log.stableLsn()) {
                throw reporting.wrong("--from " + begin + " is outside the log, which reaches from LSN " + log.beginLsn() + " to "
                        + log.stableLsn());
            }
            AtomicLong position = new AtomicLong();
            try (RecordCursor cursor = log.scan(begin);
                    Progress _ = Terminal.isStandardOutputFile()
                            ? reporting.screen().progress("reading", log.stableLsn() - begin, position::get)
                            : Progress.hidden()) {
                write(cursor, begin, position);
            } finally {
                reporting.streams().out().flush();
            }
        }
        return ExitCode.OK.code();
    }

    private void write(RecordCursor cursor, long begin, AtomicLong position) throws IOException {
        for (long n = 0; n < limit && cursor.next(); n++) {
            writer.write(reporting, cursor.lsn(), cursor.payload());
            position.setOpaque(cursor.lsn() - begin);
        }
    }
}

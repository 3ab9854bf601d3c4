package io.lss.cli.records;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.cli.ExitCode;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Quantity;
import io.lss.cli.text.Terminal;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
            "What can be read before a damaged place is written first, then the failure (exit code 6). A segment that is not the log's, as the header"
                    + " of a later one shows, is passed over, and told as a failure too. Exit code 0 vouches for all that was written: with --limit, a damaged place"
                    + " behind the last record does not matter, unless it hides whether that record is the log's.",
            "",
            "Examples:",
            "  lss cat data                            each record on a line",
            "  lss cat --lsn data | head -5            the first five, with their LSNs",
            "  lss cat --from 67112960 --limit 1 data  the record there, or the next one",
            "  lss cat --json data | jq .text",
            "  lss cat --format u32le data >records    whatever bytes are in them"
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

    /** The records at or after this LSN have not been written yet; -1 before the store is open. */
    private long next = -1;

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
        StoreCorruptException first = null;
        for (Long begin = from; ; begin = next) {
            try {
                scan(begin);
                break;
            } catch (StoreCorruptException damage) {
                first = first == null ? damage : first;
                if (!isPassed(damage)) {
                    throw first;
                }
                if (limit == 0) {
                    return ExitCode.OK.code();
                }
            }
        }
        if (first != null) {
            throw first;
        }
        return ExitCode.OK.code();
    }

    private void scan(@Nullable Long wanted) throws IOException {
        try (LogStructuredStore log = store.open()) {
            long begin = wanted == null ? log.beginLsn() : wanted;
            if (begin < log.beginLsn() || begin > log.stableLsn()) {
                throw reporting.wrong("--from " + begin + " is outside the log, which reaches from LSN " + log.beginLsn() + " to "
                        + log.stableLsn());
            }
            next = begin;
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
    }

    private void write(RecordCursor cursor, long begin, AtomicLong position) throws IOException {
        while (limit > 0 && cursor.next()) {
            write(cursor.lsn(), cursor.payload());
            position.setOpaque(cursor.lsn() - begin);
        }
    }

    /** {@return whether more are wanted} */
    private boolean write(long lsn, MemorySegment payload) throws IOException {
        writer.write(reporting, lsn, payload);
        next = lsn + 1;
        limit--;
        return limit > 0;
    }

    /**
     * Writes what a scan refuses, if it does: see {@link RestOfSegment}.
     *
     * @return whether all of it is the log's, and nothing more is wanted or a scan can go on from {@link #next}
     */
    private boolean isPassed(StoreCorruptException damage) throws IOException {
        if (next < 0) {
            return false;
        }
        try (StoreInspection inspection = StoreInspection.open(store.location(), store.provider())) {
            RestOfSegment rest = RestOfSegment.before(damage, inspection);
            long count = rest.records(next, this::write);
            reporting.streams().out().flush();
            if (rest.isVouchedFor()) {
                long on = rest.next() * inspection.segmentSize();
                if (limit > 0 && on > next) {
                    next = on;
                    reporting.screen().warn("segment " + damage.lsn() / inspection.segmentSize() + " is not the log's, which goes on from segment "
                            + rest.number() + " to segment " + rest.next() + "; take its file out of the directory, and keep it");
                    return true;
                }
                return limit == 0;
            }
            if (count > 0) {
                reporting.screen().warn("where the log leaves segment " + rest.number() + " was on record in the header that is damaged; the last "
                        + (count == 1 ? "record shown is" : Quantity.count(count, "record") + " shown are") + " what its whole units hold");
            }
        } catch (StoreException e) {
            damage.addSuppressed(e); // somebody else has it by now; what is told is the damage
        }
        return false;
    }
}

package io.lss.cli.records;

import io.lss.cli.ExitCode;
import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.Reporting;
import io.lss.cli.live.LiveLog;
import io.lss.cli.live.LiveStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lss tail}: the last records of a store, and those that its owner appends. */
@Command(
        name = "tail",
        description = {
            "Writes the last records of a store to standard output, and with -f those that come, also from another process.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "This reads the store's files and neither opens, locks nor changes it, so it may be in use. It shows what the log"
                    + " itself records as stable: a few hundredths of a second after it is. What an owner that was"
                    + " killed left behind that is not on record is seen only when the store has been opened again;"
                    + " 'lss cat' opens it.",
            "",
            "Examples:",
            "  lss tail data                 the last ten",
            "  lss tail -n 0 -f --lsn data   what comes from now on, with LSNs",
            "  lss tail -f --json data | jq --unbuffered -r .text"
        })
public final class TailCommand implements Callable<Integer> {
    private static final long LOOK_EVERY_MILLIS = 50;

    @Parameters(index = "0", paramLabel = "STORE", description = "The directory of the store.")
    private Path path = Path.of("");

    @Option(names = {"-f", "--follow"}, description = "Go on with records as they become stable, until Ctrl-C.")
    private boolean follow;

    @Option(names = {"-n", "--lines"}, paramLabel = "N", description = "How many of the last records. Default: ${DEFAULT-VALUE}.")
    private long count = 10;

    @Option(
            names = "--from",
            paramLabel = "LSN",
            description = "Begin with the first record at or after this LSN, instead of the last N.")
    private @Nullable Long from;

    @Mixin
    private RecordWriter writer = new RecordWriter();

    @Mixin
    private Reporting reporting = new Reporting();

    /** Made by the command line parser. */
    public TailCommand() {}

    @Override
    public Integer call() throws IOException {
        writer.check(reporting);
        if (count < 0 || count > LastLsns.MOST) {
            throw reporting.wrong("-n " + count + " is not from 0 to " + LastLsns.MOST + "; --from begins at any LSN");
        }
        CountDownLatch over = new CountDownLatch(1);
        Interruption interruption = reporting.invocation().interruption();
        interruption.before(over::countDown);
        try (LiveLog log = new LiveLog(new LiveStore(path))) {
            long end = end(log);
            long last = begin(log, end);
            // Without -f it ends also if the owner goes on and on.
            long left = follow || from != null ? Long.MAX_VALUE : count;
            long bound = follow ? Long.MAX_VALUE : end;
            long trims = 0;
            do {
                while (left > 0 && over.getCount() > 0 && log.next() && log.lsn() < bound) {
                    if (log.lsn() > last) {
                        writer.write(reporting, log.lsn(), log.payload());
                        left--;
                    }
                }
                reporting.streams().out().flush();
                if (log.trims() > trims) {
                    trims = log.trims();
                    reporting.screen().warn("records were trimmed before they could be shown; going on at LSN "
                            + log.root().beginLsn());
                }
            } while (follow && !isOver(over));
        } finally {
            reporting.streams().out().flush();
        }
        return (interruption.isRequested() ? ExitCode.INTERRUPTED : ExitCode.OK).code();
    }

    private static boolean isOver(CountDownLatch over) {
        try {
            return over.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** {@return where the last segment that there is now ends at most} */
    private static long end(LiveLog log) {
        return log.segments().isEmpty() ? Long.MAX_VALUE : (log.segments().getLast() + 1) * log.root().segmentSize();
    }

    /** Puts the walk where it is to begin; {@return the LSN up to which records are not shown, inclusive} */
    private long begin(LiveLog log, long end) throws IOException {
        if (from != null) {
            log.beginAt(from);
            return -1;
        }
        long[] begins = log.segments().stream().mapToLong(each -> each * log.root().segmentSize()).toArray();
        return LastRecords.seek(log, begins, end, (int) count);
    }
}

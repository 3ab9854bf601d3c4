package io.lss.core.recovery;

import io.lss.api.EndOfLog;
import io.lss.api.RecoveryReport;
import io.lss.api.StoreCorruptException;
import io.lss.core.format.Root;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Finds out what is on a device: a log and where it ends, no store, or damage. Reads only; everything that has to be written
 * afterwards is listed in the result.
 *
 * <p>The order of the questions is that of the {@link RecoveryTable}: roots, headers, head, links, anchor, start, steps, end. What
 * is read depends on what follows the record of stability, not on the size of the log: a store that was closed costs its roots,
 * its list of segments and a few headers.
 *
 * <p>What the medium cannot read is neither damage nor an end: its {@link IOException} passes through.
 */
public final class Recovery {

    private final Device device;
    private final Consumer<RecoveryTable.Row> rows;
    private final List<RecoveryTable.Row> taken = new ArrayList<>();

    private Recovery(Device device, Consumer<RecoveryTable.Row> observer) {
        this.device = device;
        this.rows = row -> {
            taken.add(row);
            observer.accept(row);
        };
    }

    /**
     * {@return what is on a device}
     *
     * @param device open, and used by nobody else meanwhile
     * @throws StoreCorruptException if what was stable is damaged
     * @throws io.lss.api.StoreVersionException if another format is met
     * @throws IOException if the medium fails
     */
    public static Recovered recover(Device device) throws IOException {
        return recover(device, row -> {});
    }

    /**
     * {@return what is on a device}
     *
     * @param device open, and used by nobody else meanwhile
     * @param observer told every row of the table that is taken, also those that end in an exception
     * @throws StoreCorruptException if what was stable is damaged
     * @throws io.lss.api.StoreVersionException if another format is met
     * @throws IOException if the medium fails
     */
    public static Recovered recover(Device device, Consumer<RecoveryTable.Row> observer) throws IOException {
        return new Recovery(device, observer).recover();
    }

    /** With the shortest segments there are, a store that came so far has used half of all LSNs. */
    private static final long MOST_LEFT_OVER = Long.MAX_VALUE / (64 << 10) / 2;

    private Recovered recover() throws IOException {
        long began = device.nanoTime();
        long[] numbers = device.segments();
        RootChoice.Choice choice = new RootChoice(device, rows).choose(numbers);
        Root root = choice.root();
        if (root == null) {
            List<Long> leftovers = new ArrayList<>();
            for (long number : numbers) {
                leftovers.add(number);
            }
            if (!leftovers.isEmpty() && leftovers.getLast() > MOST_LEFT_OVER) {
                throw new StoreCorruptException(
                        -1, "there is no root, and a segment " + leftovers.getLast() + ", a number that no store reaches");
            }
            return new Recovered.Fresh(leftovers.isEmpty() ? 1 : leftovers.getLast() + 1, leftovers, List.copyOf(taken));
        }
        checkNumbers(root, numbers);
        SegmentCensus census = new SegmentCensus(device, root, numbers, rows);
        try {
            census.check();
            RecoveryWalk walk = new RecoveryWalk(census, root.session(), rows);
            return log(root, choice.copy(), numbers, census, walk, end(root, census, walk), began);
        } catch (Throwable t) {
            try {
                census.segments().close();
            } catch (IOException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
    }

    /**
     * No store comes near half of all LSNs, sequence numbers or sessions; the next segment gets a number above all that are there and must
     * have LSNs, and the next root is counted on from this one.
     */
    private static void checkNumbers(Root root, long[] numbers) throws StoreCorruptException {
        if (Math.max(root.sequence(), root.session()) > Long.MAX_VALUE / 2) {
            throw new StoreCorruptException(-1, "no store reaches the sequence number or session of " + root);
        }
        long most = Long.MAX_VALUE / root.segmentSize() / 2;
        long highest = numbers.length == 0 ? 0 : numbers[numbers.length - 1];
        long said = Math.max(root.firstSegment(), root.stableLsn() / root.segmentSize());
        if (Math.max(highest, said) > most) {
            throw new StoreCorruptException(
                    root.stableLsn(),
                    (highest > most ? "there is a segment " + highest : "the root speaks of segment " + said)
                            + ", a number that no store of such segments reaches");
        }
    }

    // ------------------------------------------------------------------------------------------- START

    private RecoveryWalk.End end(Root root, SegmentCensus census, RecoveryWalk walk) throws IOException {
        boolean before = census.isBeforeSession();
        long first = root.firstSegment();
        RecoveryTable.Row row = RecoveryTable.start(
                closed(root, census),
                before ? RecoveryTable.Recorded.BEFORE_SESSION : RecoveryTable.Recorded.IN_SESSION,
                first(first, census));
        rows.accept(row);
        return switch (row.decision()) {
            case END_CLEAN -> new RecoveryWalk.End(
                    census.anchorNumber(),
                    before ? root.predecessorEnd() : census.recorded(),
                    RecoveryTable.Decision.END_CLEAN,
                    0,
                    0,
                    "closed");
            case WALK -> before
                    ? walk.walk(first, census.segments().identity().firstUnit(first))
                    : walk.walk(census.anchorNumber(), census.recorded());
            case LOOK_BEHIND_SESSION_START -> {
                RecoveryWalk.End end = walk.endBeforeSession(first);
                yield new RecoveryWalk.End(
                        root.predecessor(),
                        root.predecessorEnd(),
                        end.decision(),
                        0,
                        end.bytesCut(),
                        end.detail());
            }
            default -> throw new StoreCorruptException(
                    first * root.segmentSize(),
                    row == RecoveryTable.Row.START_FIRST_MISSING
                            ? "segment " + first + ", in which the last session begins, is missing"
                            : "the root says that the store was closed at LSN " + root.stableLsn() + ", but segment "
                                    + census.highestHeader() + " was written after that");
        };
    }

    private static RecoveryTable.Closed closed(Root root, SegmentCensus census) {
        if (!root.closed()) {
            return RecoveryTable.Closed.RUNNING;
        }
        long highest = census.highestHeader();
        boolean exceeded = highest != 0 && census.segments().identity().firstUnit(highest) >= root.stableLsn();
        return exceeded || census.recorded() > root.stableLsn()
                ? RecoveryTable.Closed.CLOSED_EXCEEDED
                : RecoveryTable.Closed.CLOSED;
    }

    private static RecoveryTable.First first(long first, SegmentCensus census) {
        if (!census.ofSession().contains(first)) {
            return RecoveryTable.First.MISSING;
        }
        return census.header(first) == null ? RecoveryTable.First.HEADERLESS : RecoveryTable.First.READABLE;
    }

    // ------------------------------------------------------------------------------------------- result

    private RecoveredLog log(
            Root root,
            int copy,
            long[] numbers,
            SegmentCensus census,
            RecoveryWalk walk,
            RecoveryWalk.End end,
            long began)
            throws IOException {
        LogSegments segments = census.segments();
        boolean inSession = end.number() >= root.firstSegment();
        List<Long> voidByNextRoot = new ArrayList<>(census.ofSession().tailSet(end.number(), false));
        for (long number : voidByNextRoot) {
            segments.drop(number);
        }
        segments.sealEnd(root.predecessor(), root.predecessorEnd());
        segments.sealEnd(end.number(), end.lsn());
        List<Long> unsynced = inSession
                ? List.copyOf(new TreeSet<>(census.ofSession())
                        .subSet(Math.min(census.anchorNumber(), end.number()), true, end.number(), true))
                : List.of();
        long stable = Math.max(end.lsn(), census.recorded());
        RecoveryReport report = new RecoveryReport(
                switch (end.decision()) {
                    case END_CLEAN -> EndOfLog.CLEAN;
                    case END_CUT -> EndOfLog.UNACKNOWLEDGED_HOLE;
                    default -> EndOfLog.TORN_TAIL;
                },
                root.session() + 1,
                census.recorded(),
                Math.max(end.lsn(), root.beginLsn()),
                end.records(),
                walk.bytesRead(),
                end.bytesCut(),
                segments.size(),
                end.detail(),
                Duration.ofNanos(Math.max(0, device.nanoTime() - began)));
        return new RecoveredLog(
                segments.identity(),
                root.session(),
                next(root, numbers, segments.identity(), stable),
                end.number(),
                end.lsn(),
                root.beginLsn(),
                stable,
                root,
                copy,
                segments,
                census.voidByRoot(),
                voidByNextRoot,
                census.trimmed(),
                unsynced,
                report,
                List.copyOf(taken));
    }

    /** {@return a number above all that were ever used, as far as anything on the device knows} */
    private static long next(Root root, long[] numbers, StoreIdentity identity, long stable) {
        long highest = Math.max(root.firstSegment(), identity.number(stable));
        for (long number : numbers) {
            highest = Math.max(highest, number);
        }
        return highest + 1;
    }
}

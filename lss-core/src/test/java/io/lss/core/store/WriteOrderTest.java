package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.WriteMode;
import io.lss.core.store.SimStore.Found;
import io.lss.tck.sim.OperationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order buffers reach the device, as the device has seen it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteOrderTest {

    private static final Pattern OPERATION = Pattern.compile("operation \\d+, (WRITE|COMPLETE) segment (\\d+) position (\\d+)(?: length (\\d+))?");

    /** A write as the device was asked for it: where, what was stable at that moment, and how many were in flight with it. */
    private record Write(long lsn, long end, long stable, int inFlight) {}

    /** What a run has left. */
    private record Run(List<Write> writes, List<Found> appended, List<Found> scanned) {}

    private static Run run(Rig rig, WriteMode mode, Durability durability) throws Exception {
        AtomicReference<LogStructuredStore> store = new AtomicReference<>();
        List<Long> stableAtWrite = new ArrayList<>();
        var device = rig.device().latency(1_000, 200_000).depth(8).observer(moment -> {
            if (moment.kind() == OperationKind.WRITE) {
                LogStructuredStore at = store.get();
                stableAtWrite.add(at == null ? -1 : at.stableLsn());
            }
        });
        var options = rig.options().writeMode(mode).durability(durability);
        try (SimStore sim = SimStore.open(device, options)) {
            store.set(sim.store());
            List<Found> appended = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                appended.addAll(SimStore.appendMixed(sim.store(), 60, i));
                if (i % 2 == 0) {
                    sim.store().awaitStable(appended.getLast().lsn());
                } else {
                    sim.store().flush();
                }
            }
            sim.store().sync();
            List<Write> writes = new ArrayList<>();
            List<String> inFlight = new ArrayList<>();
            for (String line : sim.device().history()) {
                Matcher m = OPERATION.matcher(line);
                if (!m.find()) {
                    continue;
                }
                String place = m.group(2) + ":" + m.group(3);
                if (m.group(1).equals("COMPLETE")) {
                    assertTrue(inFlight.remove(place), line);
                } else {
                    inFlight.add(place);
                    long lsn = Long.parseLong(m.group(2)) * Rig.SEGMENT + Long.parseLong(m.group(3));
                    long end = lsn + Long.parseLong(m.group(4));
                    writes.add(new Write(lsn, end, stableAtWrite.get(writes.size()), inFlight.size()));
                }
            }
            return new Run(writes, appended, SimStore.scan(sim.store()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, SYNC", "CALLER_DRIVEN, WRITTEN", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN", "DEVICE_THREAD, SYNC",
        "DEVICE_THREAD, WRITTEN"
    })
    void s15_serializedIssuesTheNextBufferOnlyWhenThePreviousIsStable(Rig rig, Durability durability) throws Exception {
        Run run = run(rig, WriteMode.SERIALIZED, durability);
        assertEquals(run.appended(), run.scanned());
        assertTrue(run.writes().size() > 20, "writes " + run.writes().size());
        Write previous = null;
        for (Write write : run.writes()) {
            assertEquals(1, write.inFlight(), "alone: " + write);
            if (previous != null) {
                assertTrue(write.stable() >= previous.end(), write + " after " + previous);
            }
            previous = write;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, SYNC", "CALLER_DRIVEN, WRITTEN", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN", "DEVICE_THREAD, SYNC",
        "DEVICE_THREAD, WRITTEN"
    })
    void s15_tailLocalizedIssuesInLsnOrderWithinTheWindow(Rig rig, Durability durability) throws Exception {
        Run run = run(rig, WriteMode.TAIL_LOCALIZED, durability);
        assertEquals(run.appended(), run.scanned());
        long window = Math.max((long) Rig.BUFFERS * Rig.BUFFER, Rig.SEGMENT); // the segment is shorter than 64 MiB
        long end = 0;
        int most = 0;
        for (Write write : run.writes()) {
            assertTrue(write.lsn() >= end, "ascending: " + write + " after " + end);
            end = write.end();
            most = Math.max(most, write.inFlight());
            // A unit that begins a segment ends far beyond what was stable in the one before it, but by LSNs nobody uses.
            if (durability == Durability.SYNC && write.stable() >= 0 && write.lsn() % Rig.SEGMENT != 0) {
                assertTrue(write.end() - write.stable() <= window, "beyond the window: " + write);
            }
        }
        assertTrue(most > 1, "never more than one in flight: the test proves nothing");
        assertTrue(most <= Rig.BUFFERS, "in flight " + most);
    }
}

package io.lss.tck;

import static io.lss.tck.Rule.F13;
import static io.lss.tck.Rule.F14;
import static io.lss.tck.Rule.F6;
import static io.lss.tck.Rule.S15;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** F6, F13, F14, and S15 as the device sees it: the engine's side of the flush SPI. */
abstract class EngineSideRules extends SweepRules {

    private static final Pattern OPERATION = Pattern.compile("operation \\d+, (WRITE|COMPLETE) segment (\\d+) position (\\d+)");

    private static final int BLOCK = 4096;

    private final List<SimulatedSite> simulated = new ArrayList<>();

    /** A write, as the device was asked for it. */
    private record Place(long segment, long position) {}

    final SimulatedSite simulated(SimulatedSettings settings) {
        SimulatedSite site = new SimulatedSite(settings);
        simulated.add(site);
        return site;
    }

    /** {@return a site on which every breach of the SPI fails the test} */
    final SimulatedSite watchedSite() {
        return simulated(SimulatedSettings.builder().seed(42).timing(Timing.THREADED).latency(1_000, 30_000).build());
    }

    /** Whatever a test is about, the engine keeps its side of the SPI in it. */
    @AfterEach
    final void checkEngineSide() {
        List<SimulatedSite> all = List.copyOf(simulated);
        simulated.clear();
        for (SimulatedSite each : all) {
            for (String violation : each.violations()) {
                throw new AssertionError(violation);
            }
        }
    }

    @Test
    void f6_theEngineWritesAscendingOnceAndOnlyWhatItCreated() throws Exception {
        load(F6);
    }

    @Test
    void f13_theEngineCallsTheDeviceFromOneThreadAtATime() throws Exception {
        load(F13);
    }

    @Test
    void f14_theEngineKeepsItsBounds() throws Exception {
        load(F14);
    }

    private void load(Rule rule) throws Exception {
        int cases = 0;
        for (Timing timing : new Timing[] {Timing.THREADED, Timing.REAL}) {
            for (WriteMode mode : WriteMode.values()) {
                for (Durability durability : Durability.values()) {
                    SimulatedSite site = simulated(SimulatedSettings.builder().seed(3).timing(timing).latency(1_000, 60_000).build());
                    StoreOptions options = options().writeMode(mode).durability(durability).build();
                    try {
                        use(site, options);
                    } finally {
                        for (String violation : site.violations()) {
                            Broken.unless(!violation.startsWith(rule + ":"), rule, "%s", violation.substring(violation.indexOf(' ') + 1));
                        }
                    }
                    cases++;
                }
            }
        }
        tried(cases);
    }

    private void use(SimulatedSite site, StoreOptions options) throws Exception {
        for (int session = 0; session < 3; session++) {
            LogStructuredStore store = openStore(site.location(), options);
            Work.together(3, thread -> {
                for (int i = 0; i < 120; i++) {
                    long lsn = store.append(Stage.payload(1 + (i * 337 + thread) % 3000, i));
                    if (i % 20 == thread) {
                        store.awaitStable(lsn);
                    }
                }
                return thread;
            });
            store.setRoot(new byte[] {(byte) session});
            store.sync();
            store.trimBefore(store.stableLsn() - store.stableLsn() % 8);
            Stage.appendMixed(store, 20, session);
            if (session == 1) {
                site.crash();
                Stage.closeQuietly(store);
            } else {
                store.close();
            }
        }
    }

    @Test
    @Override
    void s15_serializedIssuesAUnitOnlyWhenTheOneBeforeIsStable() throws IOException {
        observe(WriteMode.SERIALIZED);
    }

    @Test
    void s15_tailLocalizedIssuesUnitsInOrderAndNoMoreThanTheRing() throws IOException {
        observe(WriteMode.TAIL_LOCALIZED);
    }

    private void observe(WriteMode mode) throws IOException {
        AtomicReference<SimulatedMedium> watched = new AtomicReference<>();
        AtomicLong mostNotDurable = new AtomicLong();
        SimulatedSite site = simulated(SimulatedSettings.builder()
                .seed(5)
                .timing(Timing.THREADED)
                .latency(1_000, 200_000)
                .traced(true)
                .observer(moment -> {
                    SimulatedMedium medium = watched.get();
                    if (medium != null && moment.kind() == OperationKind.WRITE) {
                        mostNotDurable.accumulateAndGet(notDurable(medium), Math::max);
                    }
                })
                .build());
        watched.set(site.medium());
        LogStructuredStore store = openStore(site.location(), options().writeMode(mode).build());
        for (int i = 0; i < 6; i++) {
            long last = Stage.appendMixed(store, 60, i).getLast().lsn();
            if (i % 2 == 0) {
                store.awaitStable(last);
            } else {
                store.flush();
            }
        }
        store.sync();
        check(mode, site.medium().device().orElseThrow().history());
        // Nothing, or what the window allows: no engine needs more than the ring and a segment.
        long window = mode == WriteMode.SERIALIZED ? 0 : (long) BUFFERS * buffer() + segment();
        Broken.unless(mostNotDurable.get() <= window, S15, "%s: a unit is issued while %d bytes before it are written and not durable", mode,
                mostNotDurable.get());
        store.close();
    }

    /** {@return how many bytes have been written, and would be lost if the power failed now} */
    private static long notDurable(SimulatedMedium medium) {
        SimulatedMedium left = medium.crashDroppingAll();
        Set<Long> kept = new HashSet<>();
        for (long each : left.segments()) {
            kept.add(each);
        }
        long bytes = 0;
        for (long number : medium.segments()) {
            byte[] written = medium.segment(number);
            byte[] durable = kept.contains(number) ? left.segment(number) : new byte[written.length];
            for (int at = 0; at < written.length; at += BLOCK) {
                int end = Math.min(at + BLOCK, written.length);
                bytes += Arrays.equals(written, at, end, durable, at, end) ? 0 : end - at;
            }
        }
        return bytes;
    }

    private void check(WriteMode mode, List<String> history) {
        Set<Place> inFlight = new HashSet<>();
        Place last = new Place(-1, -1);
        long writes = 0;
        for (String line : history) {
            Matcher operation = OPERATION.matcher(line);
            if (!operation.find()) {
                continue;
            }
            Place place = new Place(Long.parseLong(operation.group(2)), Long.parseLong(operation.group(3)));
            if (operation.group(1).equals("COMPLETE")) {
                inFlight.remove(place);
                continue;
            }
            boolean ascends = place.segment() > last.segment() || place.segment() == last.segment() && place.position() > last.position();
            Broken.unless(ascends, S15, "%s: %s is issued after %s", mode, place, last);
            last = place;
            inFlight.add(place);
            int most = mode == WriteMode.SERIALIZED ? 1 : BUFFERS;
            Broken.unless(inFlight.size() <= most, S15, "%s: %d units are in flight", mode, inFlight.size());
            writes++;
        }
        Broken.unless(writes > 20, S15, "%s: the device saw %d writes only", mode, writes);
        tried(writes);
    }
}

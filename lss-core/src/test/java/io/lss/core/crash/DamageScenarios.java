package io.lss.core.crash;

import static io.lss.core.crash.Forgery.BLOCK;
import static io.lss.core.crash.Forgery.SEGMENT;
import static io.lss.core.crash.Forgery.blank;
import static io.lss.core.crash.Forgery.closed;
import static io.lss.core.crash.Forgery.copy;
import static io.lss.core.crash.Forgery.forgeHeader;
import static io.lss.core.crash.Forgery.forgeUnit;
import static io.lss.core.crash.Forgery.headerBlock;
import static io.lss.core.crash.Forgery.ofAnotherVersion;
import static io.lss.core.crash.Forgery.putRoots;
import static io.lss.core.crash.Forgery.records;
import static io.lss.core.crash.Forgery.root;
import static io.lss.core.crash.Forgery.used;
import static io.lss.core.crash.Forgery.withPredecessor;
import static io.lss.core.crash.Forgery.withSession;
import static io.lss.core.crash.Forgery.withWindow;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.core.format.RootDescriptor;
import io.lss.core.recovery.RecoveryTable.Row;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.tck.sim.SimulatedMedium;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** For each row of the recovery table that no crash leads to, a disk that damage has led to it. Made by the real engine, then damaged. */
final class DamageScenarios {

    /** A row, and a disk on which it is taken. */
    record Scenario(Row row, SimulatedMedium medium) {
        @Override
        public String toString() {
            return row.toString();
        }
    }

    private final List<Scenario> all = new ArrayList<>();

    private DamageScenarios() throws IOException {
        roots();
        headers();
        headsAndLinks();
        anchorsAndStarts();
        stepsAndEnds();
    }

    static List<Scenario> all() throws IOException {
        return List.copyOf(new DamageScenarios().all);
    }

    private SimulatedMedium add(Row row, SimulatedMedium medium) {
        all.add(new Scenario(row, medium));
        return medium;
    }

    // -------------------------------------------------------------------------------------------- what there was

    /** {@return segments 1 and 2, full, and 3 with two records; killed} */
    private static SimulatedMedium three() throws IOException {
        return used(store -> records(store, 12));
    }

    private static SimulatedMedium closedThree() throws IOException {
        return used(store -> {
            records(store, 12);
            store.close();
        });
    }

    /** {@return session 1 in segments 1 to 3, closed; session 2 with one record, killed} */
    private static SimulatedMedium twoSessions() throws IOException {
        return used(closedThree(), store -> records(store, 1));
    }

    private static byte[] garbage() {
        byte[] bytes = new byte[BLOCK];
        bytes[77] = 1;
        return bytes;
    }

    private static SimulatedMedium blankWithSegment() throws IOException {
        SimulatedMedium medium = blank();
        try (Device device = medium.open(new DeviceOptions(true, false, Durability.SYNC, 16 << 10, 4, Map.of()))) {
            device.create(1, SEGMENT).close();
            return medium.crashKeepingAll();
        }
    }

    // -------------------------------------------------------------------------------------------- ROOTS

    private void roots() throws IOException {
        SimulatedMedium conflict = add(Row.ROOTS_CONFLICT, closedThree());
        conflict.rot().putRoot(1, RootDescriptor.encode(root(conflict, 1).withAppRoot(new byte[] {1})));
        for (int i = 0; i < 2; i++) {
            SimulatedMedium version = add(i == 0 ? Row.ROOTS_VERSION_0 : Row.ROOTS_VERSION_1, closedThree());
            version.rot().putRoot(i, ofAnotherVersion(version.root(i).orElseThrow()));
            add(i == 0 ? Row.ROOTS_TORN_0_ALONE : Row.ROOTS_TORN_1_ALONE, blank()).rot().putRoot(i, garbage());
            SimulatedMedium lost = add(i == 0 ? Row.ROOTS_LOST_0 : Row.ROOTS_LOST_1, closedThree());
            lost.rot().putRoot(i, null);
            lost.rot().putRoot(1 - i, garbage());
        }
        add(Row.ROOTS_TORN_1, blankWithSegment()).rot().putRoot(1, garbage());
        add(Row.ROOTS_CREATION_TORN_1, blankWithSegment()).rot().putRoot(1, garbage());
        SimulatedMedium invalid = add(Row.ROOTS_BOTH_INVALID, closedThree());
        invalid.rot().flipRootBit(0, 100, 0);
        invalid.rot().flipRootBit(1, 3000, 7);
        SimulatedMedium lost = add(Row.ROOTS_LOST, closedThree());
        lost.rot().putRoot(0, null);
        lost.rot().putRoot(1, null);
    }

    // -------------------------------------------------------------------------------------------- HEADER

    private void headers() throws IOException {
        SimulatedMedium first = closedThree();
        SimulatedMedium later = add(Row.HEADER_OF_LATER_SESSION, used(copy(first), store -> records(store, 1)));
        putRoots(later, root(first, 0));

        SimulatedMedium three = three();
        SimulatedMedium cut = copy(three);
        for (long number : cut.segments()) {
            if (number > 1) {
                cut.rot().deleteSegment(number);
            }
        }
        SimulatedMedium earlier = add(Row.HEADER_OF_EARLIER_SESSION, used(cut, store -> records(store, 1)));
        earlier.rot().copySegment(three, 3, 3); // its number is that in which session 2 begins

        forgeHeader(add(Row.HEADER_CONTRADICTORY, three()), 3, h -> withPredecessor(h, 1, 2 * SEGMENT, h.stableLsn()));
        SimulatedMedium version = add(Row.HEADER_VERSION, three());
        version.rot().overwrite(3, 0, ofAnotherVersion(headerBlock(version, 3)));
    }

    // -------------------------------------------------------------------------------------------- HEAD, LINK

    private void headsAndLinks() throws IOException {
        for (Row row : List.of(Row.HEAD_LOST, Row.HEAD_UNREADABLE)) {
            SimulatedMedium medium = add(row, used(store -> {
                long begin = records(store, 7);
                records(store, 5);
                store.trimBefore(begin);
            }));
            medium.rot().deleteSegment(2);
            if (row == Row.HEAD_UNREADABLE) {
                medium.rot().zeroBlock(3, 0);
            }
        }
        add(Row.LINK_SESSION_GAP, three()).rot().deleteSegment(2);
        add(Row.LINK_GAP_LOST, twoSessions()).rot().deleteSegment(2);
        SimulatedMedium unreadable = add(Row.LINK_GAP_UNREADABLE, twoSessions());
        unreadable.rot().deleteSegment(2);
        unreadable.rot().zeroBlock(3, 0);

        // Segment 2 was prepared and not used, 3 begins a session that appends nothing: both are void when the next one appends.
        SimulatedMedium one = used(store -> records(store, 3));
        SimulatedMedium two = used(copy(one), LogStructuredStore::poll);
        SimulatedMedium more = used(used(two, store -> records(store, 1)), store -> records(store, 1));
        add(Row.LINK_GAP_AFTER_VOID, more).rot().copySegment(one, 2, 2);
    }

    // -------------------------------------------------------------------------------------------- ANCHOR, START

    private void anchorsAndStarts() throws IOException {
        add(Row.ANCHOR_MISSING, closedThree()).rot().deleteSegment(3);
        add(Row.ANCHOR_HEADERLESS, closedThree()).rot().zeroBlock(3, 0);
        add(Row.ANCHOR_SHORT, closedThree()).rot().truncate(3, 4L * BLOCK);
        SimulatedMedium other = add(Row.ANCHOR_OTHER_SESSION, used(closedThree(), LogStructuredStore::poll));
        forgeHeader(other, 3, h -> withSession(h, 2));

        SimulatedMedium exceeded = add(Row.START_CLOSED_EXCEEDED, three());
        putRoots(exceeded, closed(root(exceeded, 0), 2 * SEGMENT + 4L * BLOCK));
        SimulatedMedium unrecorded = add(Row.START_CLOSED_USED, used(store -> records(store, 1)));
        putRoots(unrecorded, closed(root(unrecorded, 0), SEGMENT));
        add(Row.START_FIRST_MISSING, used(store -> records(store, 1))).rot().deleteSegment(1);
    }

    // -------------------------------------------------------------------------------------------- STEP, END

    private void stepsAndEnds() throws IOException {
        SimulatedMedium overrun = add(Row.STEP_OVERRUN, used(store -> records(store, 7)));
        forgeHeader(overrun, 2, h -> withPredecessor(h, 1, SEGMENT + 5L * BLOCK, SEGMENT));

        add(Row.END_WAS_STABLE, used(store -> records(store, 3))).rot().flipBit(1, BLOCK + 500, 3);

        SimulatedMedium beyond = add(Row.END_BEYOND_WINDOW, used(store -> records(store, 3)));
        for (int unit = 0; unit < 3; unit++) {
            forgeUnit(beyond, 1, BLOCK + unit * 3 * BLOCK, SEGMENT);
        }
        forgeHeader(beyond, 1, h -> withWindow(h, 4L * BLOCK));
        beyond.rot().zeroBlock(1, BLOCK);

        SimulatedMedium missing = add(Row.END_SEGMENT_MISSING, three());
        forgeUnit(missing, 3, BLOCK, SEGMENT);
        forgeUnit(missing, 3, 4 * BLOCK, SEGMENT);
        missing.rot().zeroBlock(3, 0);
        missing.rot().deleteSegment(2);
    }
}

package io.lss.tck.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where every operation of a device passes: counts it, tells the observer, asks the fault plan. Guarded by the
 * monitor.
 */
final class Gate {

    private final SimulatedDevice device;
    private final SimulatedSettings settings;
    private List<Fault> faults;
    private final Map<OperationKind, Long> countsByKind = new EnumMap<>(OperationKind.class);
    private final List<String> history = new ArrayList<>();
    private long count;
    private long fingerprint;

    Gate(SimulatedDevice device, SimulatedSettings settings) {
        this.device = device;
        this.settings = settings;
        this.faults = settings.faults().faults();
    }

    /**
     * Lets one operation pass, in its middle.
     *
     * @param kind what it is
     * @param number of which segment, or which root copy; -1 if of none
     * @param position at which byte; -1 if that makes no sense
     * @param length of how many bytes; -1 if that makes no sense
     */
    Verdict pass(OperationKind kind, long number, long position, long length) {
        count++;
        long nth = countsByKind.merge(kind, 1L, Long::sum);
        long details = ContentHash.combine(number, position * 31 + length);
        fingerprint = ContentHash.combine(fingerprint ^ kind.name().hashCode(), details);
        boolean crash = false;
        boolean stuck = false;
        long delay = 0;
        Fault.Effect failure = null;
        for (Fault fault : faults) {
            if (fault.strikes(kind, nth, count)) {
                switch (fault.effect()) {
                    case CRASH -> crash = true;
                    case FAIL, NO_SPACE -> failure = fault.effect();
                    case DELAY -> delay += fault.nanos();
                    case STICK -> stuck = true;
                }
            }
        }
        String name = "";
        if (settings.traced() || crash || failure != null) {
            name = describe(kind, number, position, length);
        }
        if (settings.traced()) {
            history.add(name + (crash ? " crash" : failure != null ? " " + failure : ""));
        }
        settings.observer().accept(new Moment(device, count, kind));
        return new Verdict(name, crash, failure, delay, stuck);
    }

    /** Lets more go wrong from now on: counted from the next operation, which is the first. */
    void more(SimulatedFaults next) {
        List<Fault> all = new ArrayList<>(faults);
        for (Fault each : next.faults()) {
            OperationKind kind = each.kind();
            long passed = kind == null ? count : count(kind);
            all.add(new Fault(kind, passed + each.first(), each.times(), each.effect(), each.nanos()));
        }
        faults = List.copyOf(all);
    }

    private String describe(OperationKind kind, long number, long position, long length) {
        return "operation " + count + ", " + kind
                + (number < 0 ? "" : (isRoot(kind) ? " copy " : " segment ") + number)
                + (position < 0 ? "" : " position " + position)
                + (length < 0 ? "" : " length " + length);
    }

    private static boolean isRoot(@Nullable OperationKind kind) {
        return kind == OperationKind.READ_ROOT || kind == OperationKind.WRITE_ROOT;
    }

    long count() {
        return count;
    }

    long count(OperationKind kind) {
        return countsByKind.getOrDefault(kind, 0L);
    }

    long fingerprint() {
        return fingerprint;
    }

    List<String> history() {
        return List.copyOf(history);
    }
}

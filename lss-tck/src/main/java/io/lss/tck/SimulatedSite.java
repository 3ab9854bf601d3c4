package io.lss.tck;

import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedDevice;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A simulated medium as a site, with every capability that can be had within one process. */
public final class SimulatedSite implements Site {

    private final URI location;
    private final List<String> violations = new ArrayList<>();
    private SimulatedMedium medium;
    private long crashes;

    /**
     * A site with a blank medium.
     *
     * @param settings how it and its devices behave
     */
    public SimulatedSite(SimulatedSettings settings) {
        medium = SimulatedMedium.blank(settings);
        location = SimulatedProvider.register(medium);
    }

    /** {@return the medium that is there now} */
    public SimulatedMedium medium() {
        return medium;
    }

    /** {@return how the engine broke its side of the SPI so far; each begins with the rule} */
    public List<String> violations() {
        List<String> all = new ArrayList<>(violations);
        all.addAll(medium.violations());
        return all;
    }

    @Override
    public URI location() {
        return location;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.complementOf(EnumSet.of(Capability.PROCESSES));
        if (medium.settings().volatileMedium()) {
            all.remove(Capability.DURABLE);
        }
        return all;
    }

    /** Leaves a disk that the power cut may leave: another one each time. */
    @Override
    public void crash() {
        goOn(medium.crash(++crashes));
    }

    @Override
    public void crashDuring(int operation) {
        device().more(SimulatedFaults.none().crashAt(operation));
    }

    @Override
    public void kill() {
        goOn(medium.killWithLateWrites(++crashes));
    }

    private void goOn(SimulatedMedium left) {
        medium.powerOff();
        violations.addAll(medium.violations());
        medium = left;
        SimulatedProvider.replace(location, left);
    }

    @Override
    public void landLateWrites() {
        int landed = medium.landLateWrites();
        if (landed < 0) {
            throw new IllegalStateException(landed + " writes landed");
        }
    }

    @Override
    public void failNext(Failing what) {
        switch (what) {
            case WRITE -> device().more(SimulatedFaults.none().failAt(OperationKind.WRITE, 1));
            case SYNC -> device().failNextSync();
        }
    }

    @Override
    public void limitSpace(long bytes) {
        medium.capacity(bytes == Long.MAX_VALUE ? bytes : used() + bytes);
    }

    private long used() {
        long used = 0;
        for (long each : medium.segments()) {
            used += medium.segment(each).length;
        }
        return used;
    }

    /** Flips a bit in one of the first blocks of a segment, which are the likeliest to be in use. */
    @Override
    public String damage(long seed) {
        var random = new SplittableRandom(seed);
        long[] segments = Arrays.stream(medium.segments()).filter(each -> medium.segment(each).length > 0).toArray();
        long number = segments[random.nextInt(segments.length)];
        int length = medium.segment(number).length;
        int position = random.nextInt(random.nextBoolean() ? length : Math.min(length, 4 * medium.settings().blockSize()));
        int bit = random.nextInt(8);
        medium.rot().flipBit(number, position, bit);
        return "bit " + bit + " of the byte at position " + position + " of segment " + number + " flipped";
    }

    private SimulatedDevice device() {
        return medium.device().orElseThrow(() -> new IllegalStateException("no device was opened yet"));
    }

    @Override
    public void close() {
        medium.powerOff();
        SimulatedProvider.unregister(location);
    }
}

package io.lss.tck.sim;

import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.spi.flush.DeviceOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory: what persists when the devices opened on it come and go. {@code crash} and {@code kill} give new,
 * independent media and change nothing here, so that many possible disks can be taken from one moment. Safe for use by
 * many threads.
 */
public final class SimulatedMedium {

    private final Monitor monitor = new Monitor();
    private final Disk disk;
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final @Nullable String deadOwner;

    // Guarded by the monitor.
    private SimulatedSettings settings;
    private @Nullable SimulatedDevice owner;
    private @Nullable SimulatedDevice latest;
    private long opens;

    private SimulatedMedium(Disk disk, SimulatedSettings settings, @Nullable String deadOwner) {
        this.disk = disk;
        this.settings = settings;
        this.deadOwner = deadOwner;
    }

    /**
     * {@return a disk on which there is nothing}
     *
     * @param settings how devices opened on it behave
     */
    public static SimulatedMedium blank(SimulatedSettings settings) {
        return new SimulatedMedium(new Disk(settings.blockSize()), settings, null);
    }

    // -------------------------------------------------------------------------------------------- devices

    /** {@return how the device behaves that is opened next} */
    public SimulatedSettings settings() {
        try (var _ = monitor.hold()) {
            return settings;
        }
    }

    /**
     * Sets how the device behaves that is opened next; one that is open goes on as it was.
     *
     * @param next the settings; the block size must be that of this medium
     * @throws IllegalArgumentException if it is another
     */
    public void settings(SimulatedSettings next) {
        if (next.blockSize() != disk.blockSize()) {
            throw new IllegalArgumentException(
                    "the medium has blocks of " + disk.blockSize() + " bytes, not " + next.blockSize());
        }
        try (var _ = monitor.hold()) {
            settings = next;
        }
    }

    /**
     * Opens a device, exclusively (F7), as {@link SimulatedProvider} does for a registered location.
     *
     * @param options what an engine is going to need; no properties are known
     * @return the device
     * @throws StoreLockedException if one is open that is neither closed nor crashed; the message names it
     * @throws StoreLocationException if the options ask for a store and no root was ever written here, or the other way
     *     round
     * @throws SimulatedCrashException if the settings say so
     * @throws IOException if the settings say so
     * @throws IllegalArgumentException if there are properties
     */
    public SimulatedDevice open(DeviceOptions options) throws IOException {
        if (!options.properties().isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown properties " + options.properties().keySet() + ": the simulated device knows none");
        }
        try (var _ = monitor.hold()) {
            String holder = holder();
            if (holder != null) {
                throw new StoreLockedException(
                        "the simulated medium is open already, by " + holder + ": close that first");
            }
            if (disk.holdsStore() ? options.mustCreate() : !options.create() && !options.mustCreate()) {
                throw new StoreLocationException("the simulated medium holds " + (disk.holdsStore() ? "a" : "no")
                        + " store; open it in another mode");
            }
            opens++;
            var device = new SimulatedDevice(this, monitor, disk, settings, options, opens);
            latest = device;
            device.start();
            if (!settings.lostStaysReadable()) {
                disk.settleLost(Fate.seeded(ContentHash.combine(settings.seed(), opens)));
            }
            owner = device;
            return device;
        }
    }

    /** {@return who keeps the medium from being opened, null if nobody does} */
    private @Nullable String holder() {
        boolean held = owner != null && !owner.isDead() && !settings.has(Flaw.NOT_EXCLUSIVE);
        return held ? String.valueOf(owner) : deadOwner;
    }

    /** Gives the exclusive hold up. The monitor is held. */
    void release(SimulatedDevice device) {
        if (owner == device) {
            owner = null;
        }
    }

    /** {@return the device opened last, closed or not} */
    public Optional<SimulatedDevice> device() {
        try (var _ = monitor.hold()) {
            return Optional.ofNullable(latest);
        }
    }

    /** {@return whether the device opened last has crashed, by a fault or by {@link #powerOff}} */
    public boolean crashed() {
        return device().map(SimulatedDevice::crashed).orElse(false);
    }

    /**
     * {@return every way in which an engine broke its side of the SPI on this medium, in order; each begins with the
     * rule, for example {@code "F6: "}} A test asserts that there is none.
     */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    void violated(String message) {
        violations.add(message);
    }

    /**
     * Stops the machine: every operation of the open device fails with {@link SimulatedCrashException} from now on, and
     * nothing reaches this medium any more. Take {@link #crash} or {@link #kill} to go on; opening this very medium
     * again is also possible, what was in flight is then still to come ({@link #landLateWrites}).
     */
    public void powerOff() {
        try (var _ = monitor.hold()) {
            if (owner != null) {
                owner.die("power was cut");
            }
        }
    }

    /**
     * Sets how many bytes of segments there is space for; an open device notices at its next create.
     *
     * @param bytes in bytes; unlimited for a blank medium
     */
    public void capacity(long bytes) {
        try (var _ = monitor.hold()) {
            disk.capacity(bytes);
        }
    }

    // -------------------------------------------------------------------------------------------- crashes

    /**
     * {@return one of the disks that power loss at this moment may leave} Devices on it have these settings, without
     * faults and observer.
     *
     * @param seed which; the same seed at the same operation of the same history gives the same disk, at another
     *     operation an unrelated one
     */
    public SimulatedMedium crash(long seed) {
        try (var _ = monitor.hold()) {
            return crash(fate(seed), seed);
        }
    }

    /** {@return the disk that power loss at this moment leaves if everything had arrived} */
    public SimulatedMedium crashKeepingAll() {
        return crash(Fate.keepingAll(), 0);
    }

    /** {@return the disk that power loss at this moment leaves if nothing had arrived that was not synced} */
    public SimulatedMedium crashDroppingAll() {
        return crash(Fate.droppingAll(), 0);
    }

    private SimulatedMedium crash(Fate fate, long seed) {
        try (var _ = monitor.hold()) {
            Disk left = settings.volatileMedium()
                    ? new Disk(disk.blockSize())
                    : disk.afterCrash(fate, settings.has(Flaw.LISTS_HALF_MADE));
            return survivor(left, seed);
        }
    }

    /**
     * {@return different disks that power loss at this moment may leave}: the two extremes first, then others as drawn.
     *
     * @param seed what they are drawn from
     * @param limit how many at most; at least 1. There are fewer if about as many draws bring nothing new
     */
    public List<SimulatedMedium> possibleDisks(long seed, int limit) {
        List<SimulatedMedium> found = new ArrayList<>();
        Set<Long> hashes = new HashSet<>();
        for (int draw = 0; draw < 2 * limit + 2 && found.size() < limit; draw++) {
            SimulatedMedium image =
                    switch (draw) {
                        case 0 -> crashDroppingAll();
                        case 1 -> crashKeepingAll();
                        default -> crash(ContentHash.combine(seed, draw));
                    };
            if (hashes.add(image.hash())) {
                found.add(image);
            }
        }
        return found;
    }

    /**
     * {@return one of the states in which the death of the process, at this moment, may leave the disk} The machine
     * goes on: what reads saw is there, durable or not. Writes in flight have landed, are lost or torn.
     *
     * @param seed which
     */
    public SimulatedMedium kill(long seed) {
        return kill(seed, false);
    }

    /**
     * {@return the same as {@link #kill}, but some writes in flight are still to come}: see {@link #landLateWrites}.
     *
     * @param seed which
     */
    public SimulatedMedium killWithLateWrites(long seed) {
        return kill(seed, true);
    }

    private SimulatedMedium kill(long seed, boolean late) {
        try (var _ = monitor.hold()) {
            return survivor(disk.afterKill(fate(seed), late, settings.has(Flaw.LISTS_HALF_MADE)), seed);
        }
    }

    /** {@return what a seed means at this moment}: something else at the next, so that a sweep may use few seeds. */
    private Fate fate(long seed) {
        return Fate.seeded(ContentHash.combine(seed, latest == null ? 0 : latest.operations()));
    }

    private SimulatedMedium survivor(Disk left, long seed) {
        SimulatedSettings inherited = settings.toBuilder()
                .seed(ContentHash.combine(settings.seed(), seed))
                .faults(SimulatedFaults.none())
                .observer(_ -> {})
                .build();
        boolean blocked = owner != null && settings.has(Flaw.DEAD_OWNER_BLOCKS);
        return new SimulatedMedium(left, inherited, blocked ? owner + ", which is dead" : null);
    }

    /** {@return how many writes of dead owners are still to come} */
    public int lateWrites() {
        try (var _ = monitor.hold()) {
            return disk.orphans();
        }
    }

    /**
     * Lands every write that a dead owner left in flight, on the file object it was meant for: one that has been
     * deleted since is another than one created later under the same number.
     *
     * @return how many landed
     */
    public int landLateWrites() {
        try (var _ = monitor.hold()) {
            return disk.landOrphans();
        }
    }

    // -------------------------------------------------------------------------------------------- content

    /** {@return a hash of what is durable, for counting different disk images; blocks of zeros count as not written} */
    public long hash() {
        try (var _ = monitor.hold()) {
            return disk.hash();
        }
    }

    /** {@return the numbers of the segments there are, ascending} Counts as no operation. */
    public long[] segments() {
        try (var _ = monitor.hold()) {
            return disk.directory().numbers().stream().mapToLong(n -> n).toArray();
        }
    }

    /**
     * {@return the content of a segment as reads see it, zeros where nothing was written; as long as the segment}
     * Counts as no operation.
     *
     * @param number which
     * @throws IllegalArgumentException if there is none of that number
     */
    public byte[] segment(long number) {
        try (var _ = monitor.hold()) {
            SimulatedFile file = disk.directory().get(number);
            if (file == null) {
                throw new IllegalArgumentException("there is no segment " + number);
            }
            return file.content();
        }
    }

    /**
     * {@return the content of a root copy as reads see it, a copy, or nothing if it was never written} Counts as no
     * operation.
     *
     * @param copy 0 or 1
     */
    public Optional<byte[]> root(int copy) {
        try (var _ = monitor.hold()) {
            return Optional.ofNullable(disk.root(copy).seen()).map(byte[]::clone);
        }
    }

    /** {@return the ways to damage what is on this medium} */
    public Rot rot() {
        return new Rot(this, monitor, disk);
    }

    /** {@return a durable copy of a segment as reads see it, under another number} For {@link Rot}. */
    SimulatedFile copyOf(long number, long newNumber) {
        try (var _ = monitor.hold()) {
            SimulatedFile file = disk.directory().get(number);
            if (file == null) {
                throw new IllegalArgumentException("there is no segment " + number);
            }
            return file.durableCopy(newNumber);
        }
    }

    /**
     * {@return a drawing: root copies, and for each segment its blocks, {@code #} durable, {@code ~} not durable,
     * {@code .} never written}
     */
    @Override
    public String toString() {
        try (var _ = monitor.hold()) {
            return disk + (owner == null ? "" : "\n  open: " + owner);
        }
    }
}

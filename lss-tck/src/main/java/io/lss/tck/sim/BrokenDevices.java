package io.lss.tck.sim;

import java.util.Arrays;
import java.util.List;

/**
 * Devices that break a rule of the flush SPI, for testing tests: each has to be rejected by somebody, by its rule. A
 * factory gives settings for a medium; change the rest of them with {@link SimulatedSettings#toBuilder()}. F6, F13 and F14
 * are rules for engines and have no broken device.
 */
public final class BrokenDevices {

    private BrokenDevices() {}

    /** {@return one set of settings for each flaw, in the order of the rules} */
    public static List<SimulatedSettings> all() {
        return Arrays.stream(Flaw.values()).map(BrokenDevices::with).toList();
    }

    /**
     * {@return settings for devices with one flaw}
     *
     * @param flaw the flaw; {@link Flaw#rule()} names the rule it breaks
     */
    public static SimulatedSettings with(Flaw flaw) {
        return SimulatedSettings.builder().flaws(flaw).build();
    }

    /** {@return F1: a write completes without failure at half its length} */
    public static SimulatedSettings shortWrites() {
        return with(Flaw.REPORTS_SHORT_WRITES);
    }

    /** {@return F2: each operation completes twice} */
    public static SimulatedSettings doubleCompletions() {
        return with(Flaw.COMPLETES_TWICE);
    }

    /** {@return F2: every third operation never completes} */
    public static SimulatedSettings lostCompletions() {
        return with(Flaw.LOSES_COMPLETIONS);
    }

    /** {@return F3: a sync reports success and makes nothing durable} */
    public static SimulatedSettings lyingSync() {
        return with(Flaw.SYNC_LIES);
    }

    /** {@return F3: a durable write is an ordinary one} */
    public static SimulatedSettings durableIgnored() {
        return with(Flaw.IGNORES_DURABLE);
    }

    /** {@return F3: writes are acknowledged when they are submitted} */
    public static SimulatedSettings acknowledgedAtSubmit() {
        return with(Flaw.ACKNOWLEDGES_AT_SUBMIT);
    }

    /** {@return F4: a failed sync is retried into an empty success; needs a fault to show} */
    public static SimulatedSettings retriedSync() {
        return with(Flaw.RETRIES_FAILED_SYNC);
    }

    /** {@return F5: source memory is read after completion} */
    public static SimulatedSettings lateMemoryAccess() {
        return with(Flaw.READS_MEMORY_LATE);
    }

    /** {@return F7: two owners at a time} */
    public static SimulatedSettings notExclusive() {
        return with(Flaw.NOT_EXCLUSIVE);
    }

    /** {@return F7: a dead owner blocks} */
    public static SimulatedSettings deadOwnerBlocks() {
        return with(Flaw.DEAD_OWNER_BLOCKS);
    }

    /** {@return F8: reads are short} */
    public static SimulatedSettings shortReads() {
        return with(Flaw.READS_SHORT);
    }

    /** {@return F8: reads do not see completed writes before they are synced} */
    public static SimulatedSettings staleReads() {
        return with(Flaw.READS_STALE);
    }

    /** {@return F8: reads that were started complete before their bytes are there} */
    public static SimulatedSettings readsToldEarly() {
        return with(Flaw.READ_TOLD_EARLY);
    }

    /** {@return F8: an interrupt breaks the device} */
    public static SimulatedSettings brokenByInterrupt() {
        return with(Flaw.INTERRUPT_BREAKS);
    }

    /** {@return F9: directory entries are not durable} */
    public static SimulatedSettings noDirectorySync() {
        return with(Flaw.SKIPS_DIRECTORY_SYNC);
    }

    /** {@return F9: roots are not durable} */
    public static SimulatedSettings rootNotDurable() {
        return with(Flaw.ROOT_NOT_DURABLE);
    }

    /** {@return F9: a crash in a root write damages the other copy} */
    public static SimulatedSettings rootDamagesOther() {
        return with(Flaw.ROOT_DAMAGES_OTHER);
    }

    /** {@return F10: a dead owner's segments are recycled} */
    public static SimulatedSettings foreignSpaceReused() {
        return with(Flaw.REUSES_FOREIGN_SPACE);
    }

    /** {@return F11: half-made segments are listed} */
    public static SimulatedSettings halfMadeListed() {
        return with(Flaw.LISTS_HALF_MADE);
    }

    /** {@return F12: close loses what is in flight} */
    public static SimulatedSettings lossyClose() {
        return with(Flaw.CLOSE_LOSES_OPERATIONS);
    }

    /** {@return F12: the device goes on after close} */
    public static SimulatedSettings livesAfterClose() {
        return with(Flaw.LIVES_AFTER_CLOSE);
    }
}

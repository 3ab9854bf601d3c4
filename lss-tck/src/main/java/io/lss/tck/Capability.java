package io.lss.tck;

/**
 * What a {@link Site} may or may not be able to do. A rule that needs what is lacking is skipped, and the report says so.
 */
public enum Capability {
    /** The medium keeps what was durable when the machine stops. Without it, nothing is asked to survive {@link Site#crash}. */
    DURABLE("the medium survives a stop of the machine"),
    /** {@link Site#crash} works. */
    CRASH("the machine can be stopped (Site.crash)"),
    /** {@link Site#crash} takes what was not durable, as a power cut does. Without it a crash only ends the owner, which says nothing about syncs. */
    POWER_CUT("a stop of the machine takes what was not durable, and does not only end the owner (Site.crash)"),
    /** {@link Site#crashDuring} works. */
    CRASH_DURING("the machine can be stopped in the middle of an operation (Site.crashDuring)"),
    /** {@link Site#kill} and {@link Site#landLateWrites} work. */
    LATE_WRITES("an owner can die with writes on their way (Site.kill, Site.landLateWrites)"),
    /** The location can be opened from another process that has the same module path or class path. */
    PROCESSES("other processes can open the location"),
    /** {@link Site#failNext} works. */
    FAILURES("an operation can be made to fail (Site.failNext)"),
    /** {@link Site#limitSpace} works. */
    LIMITED_SPACE("space can be taken away (Site.limitSpace)"),
    /** {@link Site#damage} works. */
    DAMAGE("stored bytes can be damaged (Site.damage)");

    private final String meaning;

    Capability(String meaning) {
        this.meaning = meaning;
    }

    /** {@return what a site with it can do, for people} */
    public String meaning() {
        return meaning;
    }
}

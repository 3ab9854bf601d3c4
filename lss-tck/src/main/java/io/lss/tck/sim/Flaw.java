package io.lss.tck.sim;

/**
 * A way in which a device breaks a rule of the flush SPI. A conformance kit, or a crash test of an engine, that does
 * not notice the flaw proves nothing about the rule. {@link BrokenDevices} makes devices of them.
 */
public enum Flaw {
    /** A write transfers the first half and reports success with that length. */
    REPORTS_SHORT_WRITES("F1", "a write completes without failure at half its length"),
    /** Each completion is told twice. */
    COMPLETES_TWICE("F2", "an operation completes a second time"),
    /** Every third completion is never told. */
    LOSES_COMPLETIONS("F2", "an operation never completes"),
    /** A sync reports success and makes nothing durable. */
    SYNC_LIES("F3", "a sync that completed makes nothing durable"),
    /** A durable write is an ordinary write. */
    IGNORES_DURABLE("F3", "a durable write that completed does not survive power loss"),
    /** Writes complete when they are submitted, and arrive later; a sync covers only what has arrived. */
    ACKNOWLEDGES_AT_SUBMIT("F3", "a write completes before it has arrived, and the sync after it does not cover it"),
    /** A sync that fails is tried again, and its second, empty success is reported. */
    RETRIES_FAILED_SYNC("F4", "a failed sync is retried into a success that makes nothing durable"),
    /** Memory is read a second time, after completion. */
    READS_MEMORY_LATE("F5", "the device reads source memory after it completed the write"),
    /** A medium can be opened any number of times. */
    NOT_EXCLUSIVE("F7", "a second open succeeds while the first owner lives"),
    /** A medium that was left by a dead owner cannot be opened. */
    DEAD_OWNER_BLOCKS("F7", "a dead owner keeps the medium locked"),
    /** A read returns half of what was asked for. */
    READS_SHORT("F8", "a read of written bytes is short"),
    /** A read sees only what was synced. */
    READS_STALE("F8", "a read does not see a write that has completed"),
    /** A read that was started is told to have ended before its bytes are there. */
    READ_TOLD_EARLY("F8", "a read that was started completes before its bytes are there"),
    /** A read by an interrupted thread breaks the device. */
    INTERRUPT_BREAKS("F8", "an interrupt fails a read and everything after it"),
    /** Creating and deleting is visible but not durable. */
    SKIPS_DIRECTORY_SYNC("F9", "a created segment, a deletion or a first root is not durable on return"),
    /** A root is visible but not durable. */
    ROOT_NOT_DURABLE("F9", "a written root is not durable on return"),
    /** A crash in a root write damages the other copy. */
    ROOT_DAMAGES_OTHER("F9", "a crash while one root copy is written damages the other"),
    /** A segment that another owner created is reused, with requests still on their way to it. */
    REUSES_FOREIGN_SPACE("F10", "space of a segment that was not created through this device is reused"),
    /** A segment whose creation a crash interrupted is listed. */
    LISTS_HALF_MADE("F11", "a segment that was never completely created is listed and cannot be opened"),
    /** Close drops what is in flight. */
    CLOSE_LOSES_OPERATIONS("F12", "operations in flight at close never complete"),
    /** The device goes on after close. */
    LIVES_AFTER_CLOSE("F12", "an operation started after close succeeds");

    private final String rule;
    private final String description;

    Flaw(String rule, String description) {
        this.rule = rule;
        this.description = description;
    }

    /** {@return the rule of the specification that it breaks, for example {@code "F3"}} */
    public String rule() {
        return rule;
    }

    /** {@return what the device does wrong, for people} */
    public String description() {
        return description;
    }
}

package io.lss.tck.reference;

/** A way in which the reference engine breaks a rule. A contract that does not notice it proves nothing about that rule. */
public enum Defect {
    /** A reservation has no LSN of its own before it is published. */
    LSN_AT_PUBLISH("S1", "an LSN is assigned when a record is published, not when it is reserved"),
    /** After a buffer was flushed before it was full, frames are no longer aligned. */
    UNALIGNED_AFTER_PARTIAL_FLUSH("S1", "LSNs are no multiples of 8 after a partial flush"),
    /** LSNs begin again in every buffer. */
    LSNS_START_AGAIN("S1", "LSNs are told relative to the segment, so that they come again"),
    /** A scan gives records of a unit in the order in which they were published. */
    SCANS_IN_PUBLISH_ORDER("S2", "a scan follows the order of publishing, not that of LSNs"),
    /** A scan gives the records of a buffer backwards. */
    SCANS_BACKWARDS("S2", "two records that follow each other change places in a scan"),
    /** Asking for the stable watermark resets it. */
    QUERY_CHANGES_STATE("S3", "a query of a watermark takes it away"),
    /** The written watermark is moved when the next unit is written. */
    WRITTEN_LAGS("S3", "the written watermark lags behind the stable one"),
    /** A write that completed is taken for stable. */
    STABLE_ON_WRITE("S4", "a unit is stable when its write completes, without a sync"),
    /** What a sync says is not looked at. */
    SYNC_RESULT_IGNORED("S4", "a sync that failed counts as one that succeeded"),
    /** The first block of a unit is written and synced, then the unit is said to be stable, then comes the rest. */
    SHORT_WRITE_IS_SUCCESS("S4", "a unit of which the first block was written is said to be stable"),
    /** Nothing has been flushed yet, so nothing can be missing. */
    EMPTY_STORE_IS_STABLE("S5", "every wait ends at once while nothing was ever flushed"),
    /** A wait ends with the next completion, whoever's. */
    WAIT_TAKES_ANY_COMPLETION("S5", "a wait ends with the completion of another record's unit"),
    /** Of several stages one is completed. */
    STAGES_FORGOTTEN("S5", "only the first of several stages is ever completed"),
    /** A buffer that was sealed while the ring was exhausted is never handed to the device. */
    FULL_RING_NEVER_SUBMITTED("S5", "a buffer that is sealed when the ring is exhausted is never submitted"),
    /** The stable watermark is not moved across segments. */
    WATERMARK_FROZEN_AT_ROLL("S5", "the stable watermark stays where it was when the log rolls"),
    /** A failure wakes nobody. */
    FAILURE_WAKES_NOBODY("S5", "threads that wait when the store fails are not woken"),
    /** A failed write is submitted again, for ever. */
    FAILED_WRITE_RESUBMITTED("S6", "a failed write is resubmitted for ever, and nobody is told"),
    /** A failed sync is tried again. */
    FAILED_SYNC_RETRIED("S6", "a failed sync is retried, and its success believed"),
    /** After the first to hear of it, nobody hears of a failure. */
    FAILURE_TOLD_ONCE("S6", "a failure is told once and forgotten"),
    /** The cause that is told is made anew each time. */
    FIRST_CAUSE_LOST("S6", "the first cause of a failure is not told"),
    /** Lack of space is a failure. */
    FULL_FAILS_THE_STORE("S7", "a full device fails the store"),
    /** Lack of space is remembered. */
    FULL_FOR_EVER("S7", "appends do not resume when space has returned"),
    /** Reads are refused while there is no space. */
    FULL_REFUSES_READS("S7", "reads are refused while the device is full"),
    /** A reservation that nobody ends holds its buffer back for ever. */
    DROPPED_RESERVATION_WEDGES("S8", "an abandoned reservation wedges its buffer for ever"),
    /** Abort publishes. */
    ABORT_PUBLISHES("S8", "an aborted reservation is seen as a record"),
    /** A reservation that was given up can still be published. */
    GIVEN_UP_IS_RECORD("S8", "a reservation that was given up is seen as a record"),
    /** A buffer that is full goes to the device with its writers at work. */
    SUBMITTED_WITH_WRITERS("S9", "a full buffer is submitted while reservations in it are open, and loses their bytes"),
    /** Flush does not wait for writers. */
    FLUSH_IGNORES_WRITERS("S9", "a flush writes what open reservations have not yet published"),
    /** Reads stop after a block. */
    READS_ONE_BLOCK("S9", "of a record that crosses a block only the part in the first block is read"),
    /** The payload is not copied. */
    PAYLOAD_BY_REFERENCE("S9", "a payload that its owner changes after the append changes in the log"),
    /** A batch is several appends. */
    BATCH_IN_PARTS("S10", "the records of a batch are appended one by one, in units of their own"),
    /** A batch whose last payload cannot be read is there without it. */
    BATCH_WITHOUT_ITS_BAD_PART("S10", "a batch that is refused leaves its first records behind"),
    /** Opening begins with an empty log in the first segment. */
    REOPENING_OVERWRITES("S11", "reopening begins a log anew over the old one"),
    /** Recovery takes the header's word for a unit. */
    TORN_UNIT_ADOPTED("S11", "recovery adopts a unit of which only the first block is there"),
    /** The last unit is taken for torn. */
    LAST_UNIT_DROPPED("S11", "recovery drops the last unit after a crash"),
    /** What recovery adopts is not made durable. */
    ADOPTED_WITHOUT_SYNC("S11", "what recovery adopts is not synced, and gone after the next crash"),
    /** Padding holds what the buffer held before, and recovery believes it. */
    PADDING_LEAKS("S11", "old records in the padding of a unit come back"),
    /** Damage is the end of the log. */
    DAMAGE_IS_A_TORN_TAIL("S12", "damage below what was stable is taken for a torn tail, and cut"),
    /** Checksums are not looked at. */
    CHECKSUMS_IGNORED("S12", "checksums are not checked"),
    /** Damage is reported, but not where it is. */
    DAMAGE_SOMEWHERE("S12", "damage is reported with an LSN that has nothing to do with it"),
    /** Without a root there is no store. */
    LOST_ROOT_IS_EMPTY_STORE("S12", "a store whose roots are damaged opens as an empty one"),
    /** The begin is kept in memory. */
    TRIM_NOT_DURABLE("S13", "a trim is not durable on return"),
    /** A trim gives up the whole segment. */
    TRIM_TAKES_THE_SEGMENT("S13", "a trim takes records above its LSN, to the end of the segment"),
    /** What was trimmed cannot be told from what never was. */
    TRIMMED_IS_UNKNOWN("S13", "a read below the begin is refused, not told TRIMMED"),
    /** The root is written when the store is closed. */
    ROOT_NOT_DURABLE("S14", "a root is durable when the store is closed, not on return"),
    /** Both copies are written in any order, the good one first. */
    ROOT_IN_PLACE("S14", "the one copy of a root is overwritten in place"),
    /** Several units are written before the first is synced. */
    SERIALIZED_RUNS_AHEAD("S15", "SERIALIZED issues a unit before the previous one is stable"),
    /** A unit ends far beyond the stable watermark. */
    WINDOW_IGNORED("S15", "units are issued without regard to what is stable, far beyond any window"),
    /** A full ring is made longer. */
    UNBOUNDED_RING("S16", "appends never wait: the ring grows"),
    /** Trying waits. */
    TRY_RESERVE_WAITS("S16", "tryReserve waits for space"),
    /** Interrupts are looked at when the wait is over. */
    INTERRUPT_IGNORED("S17", "an interrupt does not end a wait"),
    /** An interrupted append is done all the same. */
    INTERRUPTED_APPEND_STAYS("S17", "an append that says it was interrupted has appended its record"),
    /** An interrupt is a failure. */
    INTERRUPT_FAILS_THE_STORE("S17", "an interrupted wait fails the store"),
    /** A reservation's memory is longer than it. */
    OVERLONG_PAYLOAD_OVERRUNS("S18", "a payload longer than its reservation overruns the next record"),
    /** Misuse throws an Error. */
    MISUSE_PANICS("S18", "misuse is answered by an Error"),
    /** Publishing again is taken for granted. */
    ENDS_TWICE("S18", "a reservation can be published again after it has ended"),
    /** Waits for LSNs that were never handed out end at once. */
    UNKNOWN_LSN_IS_STABLE("S18", "a wait for an LSN that was never handed out ends as if it were stable"),
    /** A read of what is no record gives one. */
    READS_INSIDE_A_RECORD("S18", "a read from inside a record finds the record"),
    /** Close drops the open buffer. */
    CLOSE_DROPS_THE_TAIL("S19", "close does not flush what was published"),
    /** Close waits until reservations are ended. */
    CLOSE_WAITS_FOR_RESERVATIONS("S19", "close waits for reservations that nobody will end"),
    /** A second close fails. */
    SECOND_CLOSE_THROWS("S19", "a second close throws"),
    /** Through the second provider a store is encoded in another way. */
    PROVIDER_IN_THE_FORMAT("S20", "the name of the provider is part of the format"),
    /** A buffer is reused as soon as it was handed to the device. */
    BUFFER_RESET_IN_FLIGHT("F6", "source memory is overwritten while its write is in flight"),
    /** A block is written again. */
    POSITION_WRITTEN_TWICE("F6", "the last block of a unit is written again with the next"),
    /** A block is left out after each unit. */
    LEAVES_GAPS("F6", "a block is left out between two units"),
    /** Each write is issued by a thread of its own, which ends. */
    ISSUER_ENDS("F13", "a write is issued by a thread that ends before it has completed"),
    /** Two threads are in the device at a time. */
    TWO_THREADS_DRIVE("F13", "two threads drive and submit at a time"),
    /** Under WRITTEN, writes are asked to be durable. */
    DURABLE_UNDER_WRITTEN("F14", "durable writes under WRITTEN"),
    /** A segment is synced after it was closed. */
    CLOSED_HANDLE_USED("F14", "a handle is used after it was closed"),
    /** A segment is finished with its last write in flight. */
    FINISHED_IN_FLIGHT("F14", "a segment is finished while a write to it is in flight"),
    /** A trimmed segment is deleted while a handle is open. */
    DELETED_WHILE_OPEN("F14", "a segment is deleted while a handle of it is open");

    private final String rule;
    private final String description;

    Defect(String rule, String description) {
        this.rule = rule;
        this.description = description;
    }

    /** {@return the rule that it breaks, for example {@code "S4"}} */
    public String rule() {
        return rule;
    }

    /** {@return what the engine does wrong, for people} */
    public String description() {
        return description;
    }
}

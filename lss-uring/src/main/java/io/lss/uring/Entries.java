package io.lss.uring;

import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.Ring;

/** Fills requests in as entries of the submission queue. Guarded by the queue's submission lock. */
final class Entries {

    /** The longest write from memory that is not registered, in bytes: longer ones are handed to a kernel worker. */
    private static final int MAX_UNREGISTERED = 512 << 10;

    private final Ring ring;
    private final RingMemory memory;
    private final DurableChoice durable;

    Entries(Ring ring, RingMemory memory, DurableChoice durable) {
        this.ring = ring;
        this.memory = memory;
        this.durable = durable;
    }

    /** {@return whether a write that is alone is to be done by a synchronous call} */
    boolean isForCall(WriteRequest write) {
        return write.durable && write.way == null && write.done == 0 && durable.of(write.length, true) == Durable.PWRITEV2;
    }

    /** Fills in what is left of a write; {@code alone}: whether nothing else is under way. */
    void fill(WriteRequest write, int slot, boolean alone) {
        UringSegment segment = write.segment();
        if (write.durable && write.way == null) {
            Durable way = durable.of(write.length, alone);
            write.way = way;
            if (way != Durable.RWF_DSYNC) {
                write.way = Durable.FDATASYNC; // a call that turns out not to be alone is done with the others
                segment.syncs().expect();
            }
        }
        int place = segment.place();
        int index = memory.indexOf(write.src);
        long left = write.length - write.done;
        ring.fill(
                index >= 0 ? Ring.OP_WRITE_FIXED : Ring.OP_WRITE,
                place >= 0 ? Ring.SQE_FIXED_FILE : 0,
                place >= 0 ? place : segment.fd(),
                write.position + write.done,
                write.src.address() + write.done,
                (int) (index >= 0 ? left : Math.min(left, MAX_UNREGISTERED)),
                write.way == Durable.RWF_DSYNC ? FileCalls.RWF_DSYNC : 0,
                Math.max(0, index),
                slot);
    }

    void fill(SyncRequest sync, int slot) {
        UringSegment segment = sync.segment();
        if (!sync.begun) {
            sync.served = segment.syncs().begin();
            sync.begun = true;
        }
        int place = segment.place();
        ring.fill(
                Ring.OP_FSYNC,
                place >= 0 ? Ring.SQE_FIXED_FILE : 0,
                place >= 0 ? place : segment.fd(),
                0,
                0,
                0,
                Ring.FSYNC_DATASYNC,
                0,
                slot);
    }
}

package io.lss.uring.linux;

import java.lang.foreign.MemorySegment;

/**
 * The three system calls of io_uring, by one of two ways: {@link Liburing}, {@link SystemCalls}. Results below zero are -errno.
 */
public interface RingCalls {

    /**
     * {@return a ring's descriptor, or -errno} io_uring_setup(2).
     *
     * @param entries how many requests the submission queue takes
     * @param params {@link RingLayouts#PARAMS}, filled in by the kernel
     */
    int setup(int entries, MemorySegment params);

    /**
     * {@return how many requests were taken, or -errno} io_uring_enter(2).
     *
     * @param errno of the calling thread
     * @param ring its descriptor
     * @param toSubmit how many requests to take
     * @param minComplete how many completions to wait for
     * @param flags IORING_ENTER_...
     * @param argument as the flags say; may be null's address
     * @param argumentBytes its length
     */
    int enter(
            ErrnoCapture errno,
            int ring,
            int toSubmit,
            int minComplete,
            int flags,
            MemorySegment argument,
            long argumentBytes);

    /**
     * {@return 0, a count, or -errno} io_uring_register(2).
     *
     * @param ring its descriptor
     * @param opcode IORING_REGISTER_... or IORING_UNREGISTER_...
     * @param argument as the opcode says
     * @param count as the opcode says
     */
    int register(int ring, int opcode, MemorySegment argument, int count);

    /** {@return which way this is, for people} */
    String description();
}

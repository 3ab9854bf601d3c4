package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The structures of {@code linux/io_uring.h}, {@code linux/time_types.h} and {@code sys/uio.h}, their members named as there. Of a
 * union the member that is used here stands for it. A test compares every offset with what a C compiler says.
 */
public final class RingLayouts {

    /** {@code struct io_uring_sqe}: one request. Its last 16 bytes are for commands that are not used here. */
    static final StructLayout SQE = MemoryLayout.structLayout(
                    JAVA_BYTE.withName("opcode"),
                    JAVA_BYTE.withName("flags"),
                    JAVA_SHORT.withName("ioprio"),
                    JAVA_INT.withName("fd"),
                    JAVA_LONG.withName("off"),
                    JAVA_LONG.withName("addr"),
                    JAVA_INT.withName("len"),
                    JAVA_INT.withName("rw_flags"),
                    JAVA_LONG.withName("user_data"),
                    JAVA_SHORT.withName("buf_index"),
                    JAVA_SHORT.withName("personality"),
                    JAVA_INT.withName("splice_fd_in"),
                    MemoryLayout.paddingLayout(16))
            .withName("io_uring_sqe");

    /** {@code struct io_uring_cqe}: how one request ended. */
    static final StructLayout CQE = MemoryLayout.structLayout(
                    JAVA_LONG.withName("user_data"), JAVA_INT.withName("res"), JAVA_INT.withName("flags"))
            .withName("io_uring_cqe");

    private static final StructLayout SQ_OFFSETS = MemoryLayout.structLayout(
            JAVA_INT.withName("head"),
            JAVA_INT.withName("tail"),
            JAVA_INT.withName("ring_mask"),
            JAVA_INT.withName("ring_entries"),
            JAVA_INT.withName("flags"),
            JAVA_INT.withName("dropped"),
            JAVA_INT.withName("array"),
            JAVA_INT.withName("resv1"),
            MemoryLayout.paddingLayout(8));

    private static final StructLayout CQ_OFFSETS = MemoryLayout.structLayout(
            JAVA_INT.withName("head"),
            JAVA_INT.withName("tail"),
            JAVA_INT.withName("ring_mask"),
            JAVA_INT.withName("ring_entries"),
            JAVA_INT.withName("overflow"),
            JAVA_INT.withName("cqes"),
            JAVA_INT.withName("flags"),
            JAVA_INT.withName("resv1"),
            MemoryLayout.paddingLayout(8));

    /** {@code struct io_uring_params}: what is asked of io_uring_setup, and what it answers. */
    static final StructLayout PARAMS = MemoryLayout.structLayout(
                    JAVA_INT.withName("sq_entries"),
                    JAVA_INT.withName("cq_entries"),
                    JAVA_INT.withName("flags"),
                    JAVA_INT.withName("sq_thread_cpu"),
                    JAVA_INT.withName("sq_thread_idle"),
                    JAVA_INT.withName("features"),
                    JAVA_INT.withName("wq_fd"),
                    MemoryLayout.paddingLayout(12),
                    SQ_OFFSETS.withName("sq_off"),
                    CQ_OFFSETS.withName("cq_off"))
            .withName("io_uring_params");

    /** {@code struct io_uring_getevents_arg}: how long to wait, for IORING_ENTER_EXT_ARG. */
    static final StructLayout GETEVENTS_ARG = MemoryLayout.structLayout(
                    JAVA_LONG.withName("sigmask"),
                    JAVA_INT.withName("sigmask_sz"),
                    MemoryLayout.paddingLayout(4),
                    JAVA_LONG.withName("ts"))
            .withName("io_uring_getevents_arg");

    /** {@code struct __kernel_timespec}. */
    static final StructLayout TIMESPEC = MemoryLayout.structLayout(
                    JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"))
            .withName("__kernel_timespec");

    /** {@code struct io_uring_rsrc_update}: for IORING_REGISTER_FILES_UPDATE. */
    static final StructLayout RSRC_UPDATE = MemoryLayout.structLayout(
                    JAVA_INT.withName("offset"), JAVA_INT.withName("resv"), JAVA_LONG.withName("data"))
            .withName("io_uring_rsrc_update");

    /** {@code struct iovec}: a piece of memory. */
    public static final StructLayout IOVEC = MemoryLayout.structLayout(
                    JAVA_LONG.withName("iov_base"), JAVA_LONG.withName("iov_len"))
            .withName("iovec");

    /** {@code iovec.iov_base}, a long: its address. */
    public static final VarHandle IOV_BASE = at(IOVEC, "iov_base");

    /** {@code iovec.iov_len}, a long: its length in bytes. */
    public static final VarHandle IOV_LEN = at(IOVEC, "iov_len");

    private RingLayouts() {}

    /** {@return the handle of a member; its coordinates are a memory segment and the offset of the structure in it} */
    static VarHandle at(StructLayout layout, String... path) {
        PathElement[] elements = new PathElement[path.length];
        for (int i = 0; i < path.length; i++) {
            elements[i] = PathElement.groupElement(path[i]);
        }
        return layout.varHandle(elements);
    }
}

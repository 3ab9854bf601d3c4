package io.lss.uring;

import java.util.List;

/** An fdatasync of a segment's file, for all that waited for one when it began. There is one for each segment, used again and again. */
final class SyncRequest extends Request {

    private final UringSegment segment;

    /** Whom it serves; taken when it is first handed to the kernel. */
    List<Operation> served = List.of();

    boolean begun;

    SyncRequest(UringSegment segment) {
        this.segment = segment;
    }

    /** It is asked for once more. */
    void reset() {
        idle = 0;
        begun = false;
        served = List.of();
    }

    @Override
    UringSegment segment() {
        return segment;
    }

    @Override
    String operation() {
        return "sync";
    }

    @Override
    String where() {
        return "file=" + segment.file();
    }
}

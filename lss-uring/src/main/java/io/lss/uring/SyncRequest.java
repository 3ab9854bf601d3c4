package io.lss.uring;

import java.util.List;

/** One fdatasync of a segment's file, for all that waited for one when it began. */
final class SyncRequest extends Request {

    private final UringSegment segment;

    /** Whom it serves; taken when it is first handed to the kernel. */
    List<Ending> served = List.of();

    boolean begun;

    SyncRequest(UringSegment segment) {
        this.segment = segment;
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

package io.lss.uring;

/** What the ring is to do, or is doing. Guarded by the queue's submission lock. */
abstract sealed class Request permits WriteRequest, SyncRequest {

    /** Results that brought nothing forward, since the last that did. */
    int idle;

    /** {@return the segment it is for} */
    abstract UringSegment segment();

    /** {@return the operation, as messages name it} */
    abstract String operation();

    /** {@return context as key=value, for messages} */
    abstract String where();

    @Override
    public String toString() {
        return operation() + " " + where();
    }
}

package io.lss.cli.dump;

import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentVisitor;
import java.io.IOException;

/** Where a dump goes: text for people, or JSON. Told things in the order in which they are in the store. */
interface DumpSink extends SegmentVisitor {

    /** A root copy; {@code used} if it is the one that counts. */
    void root(RootCopy copy, boolean used) throws IOException;

    /**
     * A segment begins.
     *
     * @param view the segment
     * @param end the LSN at which the log leaves it, or -1 if that is not on record
     * @param unused whether nothing of it is on record: without a header it was made ready, and not used
     */
    void segment(SegmentView view, long end, boolean unused) throws IOException;

    /** A segment has ended: nothing is stored from this position on. */
    void segmentEnd(long position) throws IOException;
}

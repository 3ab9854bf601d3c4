package io.lss.faults.block;

import io.lss.faults.load.Account;
import io.lss.faults.load.Claims;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a run had said when the power went: told and begun as in the page that had reached the disk by then (what begins is
 * mirrored before it begins), what was published where as in the end, since that only bounds what may be there.
 */
final class MirroredClaims implements Claims {

    private final Account end;
    private final @Nullable MemorySegment page;

    /** With a page, or null before the first one was written. */
    MirroredClaims(Account end, @Nullable MemorySegment page) {
        this.end = end;
        this.page = page;
    }

    @Override
    public long get(int field) {
        if (Claims.isQuiet(field)) {
            return end.get(field);
        }
        return page == null ? 0 : Account.get(page, field);
    }

    @Override
    public long lsn(int thread, int number) {
        return end.lsn(thread, number);
    }
}

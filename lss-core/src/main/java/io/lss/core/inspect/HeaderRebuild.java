package io.lss.core.inspect;

import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import io.lss.core.recovery.ChunkReader;
import io.lss.core.recovery.RecoveryTable;
import io.lss.core.recovery.StoreIdentity;
import io.lss.core.recovery.UnitProbe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Puts a lost segment header together again from a unit: one whose checksum is good, whose LSN is that of its place (no two places of a store
 * share one), and of which at least one frame is good under the salt that its tag gives. The frame's tag and checksum depend on that salt, so
 * what is neither of this segment nor whole cannot pass.
 */
final class HeaderRebuild {

    private final StoreIdentity identity;
    private final Checksums checksums = new Checksums();

    HeaderRebuild(StoreIdentity identity) {
        this.identity = identity;
    }

    /** {@return the header, as far as units tell it; null if no unit does} */
    @Nullable SegmentHeader from(ChunkReader.Source source, long number) throws IOException {
        ChunkReader chunks = new ChunkReader();
        UnitProbe probe = new UnitProbe(new ChunkReader(), checksums);
        long size = identity.segmentSize();
        for (long position = identity.blockSize();
                position + UnitDescriptor.HEADER_LENGTH <= size;
                position += identity.blockSize()) {
            if (!chunks.ensure(source, position, UnitDescriptor.HEADER_LENGTH, size)) {
                return null;
            }
            SegmentHeader candidate = candidate(chunks, number, position);
            if (candidate != null) {
                RecoveryTable.Unit unit = probe.probe(source, candidate, position);
                if (unit == RecoveryTable.Unit.VALID
                        || probe.faultLsn() > candidate.base() + position + UnitDescriptor.HEADER_LENGTH) {
                    return candidate;
                }
            }
        }
        return null;
    }

    private @Nullable SegmentHeader candidate(ChunkReader chunks, long number, long position) {
        int at = chunks.offset(position);
        long session = UnitDescriptor.session(chunks.memory(), at);
        UnitFault fault = UnitDescriptor.checkWithoutSalt(
                chunks.memory(),
                at,
                chunks.view(),
                checksums,
                identity.base(number) + position,
                session,
                identity.blockSize(),
                identity.segmentSize() - position);
        if (fault != UnitFault.NONE || session < 1) {
            return null;
        }
        long stable = UnitDescriptor.stableLsn(chunks.memory(), at);
        return new SegmentHeader(
                identity.blockSize(),
                number,
                identity.segmentSize(),
                identity.uuidHigh(),
                identity.uuidLow(),
                session,
                0,
                0,
                UnitDescriptor.salt(chunks.memory(), at),
                Long.MAX_VALUE,
                stable <= identity.base(number) && stable % identity.blockSize() == 0 ? stable : 0);
    }
}

package io.lss.core;

import io.lss.api.NoProviderException;
import io.lss.api.StoreException;
import io.lss.api.StoreOptions;
import io.lss.core.format.Root;
import io.lss.core.recovery.LiveSegment;
import io.lss.core.recovery.LogSegments;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Segment;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Copies a live store: its segments, byte for byte up to the synced watermark, and then a root that says that the log is stable
 * up to there. Until the root is written the target does not open as a store with anything in it.
 *
 * <p>The bytes copied are below the synced watermark, so nobody writes them any more; what is above is not copied. LSNs are
 * positions, so they stay the same.
 */
final class Backup {

    private static final int CHUNK = 1 << 20;

    private final Device target;
    private final LogSegments segments;
    private final LongConsumer progress;
    private final MemorySegment memory;

    private Backup(Device target, LogSegments segments, LongConsumer progress) throws IOException {
        this.target = target;
        this.segments = segments;
        this.progress = progress;
        this.memory = target.allocate(CHUNK);
    }

    static long copy(
            DeviceProvider provider, URI at, StoreOptions options, LogSegments segments, Root root, long upTo, LongConsumer progress)
            throws IOException {
        DeviceOptions deviceOptions =
                new DeviceOptions(true, true, options.durability(), CHUNK, 1, options.providerProperties());
        try (Device device = open(provider, at, deviceOptions)) {
            return new Backup(device, segments, progress).run(root, upTo);
        }
    }

    /** Whether the provider serves another place than the store's is found by trying; if it does not, others may. */
    private static Device open(DeviceProvider provider, URI at, DeviceOptions options) throws IOException {
        try {
            return provider.open(at, options);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            Probe probe = provider.probe(at);
            if (probe.available()) {
                throw e;
            }
            List<String> others = ProviderSelection.serving(at);
            NoProviderException refusal = new NoProviderException(
                    "the provider " + provider.name() + ", through which the store is open, cannot serve the target " + at,
                    others.isEmpty() ? "choose another place" : "open the store through one that can: " + String.join(", ", others),
                    Map.of(provider.name(), probe.explanation()));
            refusal.addSuppressed(e);
            throw refusal;
        }
    }

    private long run(Root root, long upTo) throws IOException {
        boolean firstCopied = false;
        for (LiveSegment segment = segments.first(); segment != null; segment = segments.after(segment.number())) {
            if (segment.base() >= upTo) {
                break;
            }
            long end = segments.end(segment);
            copySegment(segment, end == LiveSegment.OPEN_END ? upTo : Math.min(end, upTo));
            firstCopied |= segment.number() == root.firstSegment();
        }
        if (!firstCopied) {
            // The root names the session's first segment, and recovery insists on it even while it is empty.
            try (Segment empty = target.create(root.firstSegment(), root.segmentSize())) {
                empty.finish(0);
            }
        }
        progress.accept(upTo);
        Root copied = root.withStableLsn(upTo);
        new RootKeeper(target, new ReentrantLock(), copied, 0).update(r -> r);
        return upTo;
    }

    private void copySegment(LiveSegment segment, long endLsn) throws IOException {
        StoreIdentity identity = segments.identity();
        long length = endLsn - segment.base();
        Segment from = segments.acquire(segment);
        if (from == null) {
            throw new IOException("segment " + segment.number() + " was removed during the backup");
        }
        try (Segment to = target.create(segment.number(), identity.segmentSize())) {
            for (long at = 0; at < length; ) {
                MemorySegment chunk = memory.asSlice(0, Math.min(CHUNK, length - at));
                long got = from.read(chunk, at);
                if (got != chunk.byteSize()) {
                    throw new EOFException("segment " + segment.number() + " ends at position " + (at + got) + ", before LSN "
                            + endLsn + ", which is stable");
                }
                OneOperation write = new OneOperation();
                to.write(chunk, at, false, write);
                write.await(target);
                at += chunk.byteSize();
                progress.accept(segment.base() + at);
            }
            OneOperation sync = new OneOperation();
            to.sync(sync);
            sync.await(target);
            to.finish(length);
        } finally {
            segments.release(segment);
        }
    }
}

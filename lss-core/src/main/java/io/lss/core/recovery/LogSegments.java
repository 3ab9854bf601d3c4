package io.lss.core.recovery;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreVersionException;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The chain of live segments, in log order, and the handles through which they are read.
 *
 * <p><b>Lazy.</b> A segment of an earlier session is only a number until somebody needs it: its header is read at first use, and
 * where it ends is in the header of the segment after it. Opening a log of any size reads a few headers.
 *
 * <p><b>Handles.</b> At most {@code maxHandles} are kept open (those that the engine writes through come on top); the least
 * recently used one is closed for another.
 *
 * <p><b>Removal.</b> {@link #dropBelow} refuses new readers of a segment, waits for those that are reading it, and closes its
 * handle; then the engine may delete it. A reader that comes too late gets null from {@link #acquire}.
 *
 * <p>Safe for many threads. A device allows one thread at a time to open, create, delete and write roots: whoever does that
 * while the log is in use holds {@link #deviceLock}. Nothing is waited for under it but the device.
 */
public final class LogSegments implements AutoCloseable {

    /** How many read handles are kept open by default. */
    public static final int DEFAULT_MAX_HANDLES = 128;

    private final Device device;
    private final StoreIdentity identity;
    private final SegmentHeaders headers;
    private final int maxHandles;
    private final ReentrantLock deviceLock = new ReentrantLock();
    private final ConcurrentSkipListMap<Long, LiveSegment> chain = new ConcurrentSkipListMap<>();
    private final AtomicLong opens = new AtomicLong();
    private final ReadAheadMemory readAheadMemory;

    /** How many handles are open that the engine does not write through. Under the device lock. */
    private int openHandles;

    private volatile boolean closed;

    /**
     * An empty chain.
     *
     * @param device where the segments are
     * @param identity of the store
     * @param maxHandles how many read handles to keep open, at least 1
     */
    public LogSegments(Device device, StoreIdentity identity, int maxHandles) {
        this.device = device;
        this.readAheadMemory = new ReadAheadMemory(device);
        this.identity = identity;
        this.headers = new SegmentHeaders(identity);
        this.maxHandles = maxHandles;
    }

    /** {@return what all segments have in common} */
    public StoreIdentity identity() {
        return identity;
    }

    /** {@return the device} */
    Device device() {
        return device;
    }

    /**
     * Reads from a segment, as {@link Segment#read} does.
     *
     * @throws SegmentRemovedException if it was taken out of the chain
     */
    long read(LiveSegment segment, MemorySegment dst, long position) throws IOException {
        Segment handle = acquire(segment);
        if (handle == null) {
            throw new SegmentRemovedException(segment.number());
        }
        try {
            return handle.read(dst, position);
        } finally {
            release(segment);
        }
    }

    /**
     * {@return whether a read of a segment was started, as {@link Segment#startRead} says} The handle is kept until it has ended: who removes the
     * segment waits for that.
     *
     * @throws SegmentRemovedException if it was taken out of the chain; the completion is not told
     */
    boolean startRead(LiveSegment segment, MemorySegment dst, long position, Completion completion) throws IOException {
        Segment handle = acquire(segment);
        if (handle == null) {
            throw new SegmentRemovedException(segment.number());
        }
        // A device that tells it twice, or says that nothing was started and tells it all the same, breaks F2: the handle is given back once.
        AtomicBoolean released = new AtomicBoolean();
        boolean isUnderWay = false;
        try {
            isUnderWay = handle.startRead(dst, position, (bytes, failure) -> {
                if (released.compareAndSet(false, true)) {
                    release(segment); // before: who is told may wait for the segment's removal
                    completion.done(bytes, failure);
                }
            });
        } finally {
            if (!isUnderWay && released.compareAndSet(false, true)) {
                release(segment);
            }
        }
        return isUnderWay;
    }

    /** {@return what cursors read ahead into} */
    ReadAheadMemory readAheadMemory() {
        return readAheadMemory;
    }

    /** Takes one segment out of the chain; on return no handle on it is open. */
    void drop(long number) throws IOException {
        LiveSegment segment = chain.remove(number);
        if (segment != null) {
            closeRemoved(segment);
        }
    }

    /** {@return the lock under which the device is asked to open, create, delete or write a root} */
    public ReentrantLock deviceLock() {
        return deviceLock;
    }

    // ------------------------------------------------------------------------------------------- changes, by the engine

    /**
     * Adds the segment that the log goes on in, or one found by recovery. Its number is higher than all others.
     *
     * @param segment which
     */
    public void add(LiveSegment segment) {
        chain.put(segment.number(), segment);
    }

    /**
     * Says where the log leaves a segment.
     *
     * @param number of the segment
     * @param endLsn the end, exclusive
     */
    public void sealEnd(long number, long endLsn) {
        LiveSegment segment = chain.get(number);
        if (segment != null) {
            segment.end(endLsn);
        }
    }

    /**
     * Says that the engine is done with the handle it wrote a segment through: every write and sync has completed, and so has
     * {@link Segment#finish}. From now on the handle is a read handle like any other, and may be closed at any time.
     *
     * @param number of the segment
     * @throws IOException if the medium fails at closing a handle for it
     */
    public void writingDone(long number) throws IOException {
        deviceLock.lock();
        try {
            LiveSegment segment = chain.get(number);
            if (segment != null && segment.isPinned() && !segment.isRemoved()) {
                segment.writingDone();
                openHandles++;
                evictBeyondLimit();
            }
        } finally {
            deviceLock.unlock();
        }
    }

    /**
     * Takes the segments that end at or below an LSN out of the chain. On return nobody reads them any more and no handle on
     * them is open. Never the last segment. Reads nothing from the device: a segment whose end is not known stays until the
     * next segment's base is at or below the LSN, and one that the engine has not called {@link #writingDone} for stays. Waits for
     * readers, so {@link #deviceLock} must not be held.
     *
     * @param lsn the log's begin
     * @return the numbers of those segments, ascending; the engine deletes them
     * @throws IOException if the medium fails at closing a handle
     */
    public List<Long> dropBelow(long lsn) throws IOException {
        List<Long> dropped = new ArrayList<>();
        for (Map.Entry<Long, LiveSegment> first = chain.firstEntry(); first != null; first = chain.firstEntry()) {
            Map.Entry<Long, LiveSegment> next = chain.higherEntry(first.getKey());
            LiveSegment segment = first.getValue();
            long end = next == null ? Long.MAX_VALUE : endWithoutReading(segment, next.getValue());
            if (end > lsn || segment.isPinned()) {
                break;
            }
            chain.remove(first.getKey());
            dropped.add(first.getKey());
            closeRemoved(segment);
        }
        return dropped;
    }

    private long endWithoutReading(LiveSegment segment, LiveSegment next) {
        long known = segment.knownEnd();
        if (known != LiveSegment.OPEN_END) {
            return known;
        }
        SegmentHeader header = next.knownHeader();
        return header != null && header.predecessor() == segment.number() ? header.predecessorEnd() : next.base();
    }

    private void closeRemoved(LiveSegment segment) throws IOException {
        Segment handle = segment.remove();
        // Also without a handle: a reader that was opening one when the segment went has closed it when this lock is free.
        deviceLock.lock();
        try {
            if (handle != null) {
                openHandles -= segment.isPinned() ? 0 : 1;
                handle.close();
            }
        } finally {
            deviceLock.unlock();
        }
    }

    /**
     * Closes every handle, the engine's too. Who reads from now on gets null from {@link #acquire}; those still reading are waited
     * for.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        IOException failure = null;
        for (LiveSegment segment : chain.values()) {
            try {
                closeRemoved(segment);
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** {@return whether {@link #close} was called} */
    boolean isClosed() {
        return closed;
    }

    // ------------------------------------------------------------------------------------------- queries

    /** {@return how many segments the log has} */
    public int size() {
        return chain.size();
    }

    /** {@return the first segment, or null if there is none} */
    public @Nullable LiveSegment first() {
        Map.Entry<Long, LiveSegment> entry = chain.firstEntry();
        return entry == null ? null : entry.getValue();
    }

    /** {@return the last segment, or null if there is none} */
    public @Nullable LiveSegment last() {
        Map.Entry<Long, LiveSegment> entry = chain.lastEntry();
        return entry == null ? null : entry.getValue();
    }

    /**
     * {@return the segment in whose LSN space an LSN is, or null if it is not in the log (trimmed, or void between sessions)}
     *
     * @param lsn any
     */
    public @Nullable LiveSegment containing(long lsn) {
        return chain.get(identity.number(lsn));
    }

    /**
     * {@return the first segment with at least this number, or null}
     *
     * @param number any
     */
    public @Nullable LiveSegment atOrAfter(long number) {
        Map.Entry<Long, LiveSegment> entry = chain.ceilingEntry(number);
        return entry == null ? null : entry.getValue();
    }

    /**
     * {@return the segment after one, or null if there is none}
     *
     * @param number of the one before
     */
    public @Nullable LiveSegment after(long number) {
        Map.Entry<Long, LiveSegment> entry = chain.higherEntry(number);
        return entry == null ? null : entry.getValue();
    }

    /**
     * {@return what the header of a segment says, read if need be; null if the segment was removed meanwhile}
     *
     * @param segment which
     * @throws StoreCorruptException if it has none, naming segment and position
     * @throws IOException if the medium fails
     */
    public @Nullable SegmentHeader header(LiveSegment segment) throws IOException {
        return switch (image(segment)) {
            case SegmentHeaderImage.Valid(SegmentHeader header) -> header;
            case SegmentHeaderImage.Invalid(String reason) -> throw badHeader(segment, reason);
            case SegmentHeaderImage.UnknownVersion(int version) -> throw unknownVersion(segment.number(), version);
            case null -> null;
        };
    }

    /** {@return what is where the header of a segment should be; null if the segment was removed meanwhile} */
    @Nullable SegmentHeaderImage image(LiveSegment segment) throws IOException {
        SegmentHeader known = segment.knownHeader();
        if (known != null) {
            return new SegmentHeaderImage.Valid(known);
        }
        Segment handle = acquire(segment);
        if (handle == null) {
            return null;
        }
        try {
            SegmentHeaderImage image = headers.read(handle, segment.number());
            if (image instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
                segment.header(header);
            }
            return image;
        } finally {
            release(segment);
        }
    }

    /**
     * {@return the LSN at which the log leaves a segment, exclusive; {@link LiveSegment#OPEN_END} for the last one while it is
     * being written} Read from the header of the segment after it if need be. Of no meaning if the segment was removed.
     *
     * @param segment which
     * @throws StoreCorruptException if the next segment's header does not say, naming segment and position
     * @throws IOException if the medium fails
     */
    public long end(LiveSegment segment) throws IOException {
        if (segment.knownEnd() != LiveSegment.OPEN_END) {
            return segment.knownEnd();
        }
        LiveSegment next = after(segment.number());
        SegmentHeader header = next == null ? null : header(next);
        if (next == null || header == null) {
            return LiveSegment.OPEN_END;
        }
        if (header.predecessor() == segment.number()) {
            segment.end(header.predecessorEnd());
        } else if (!segment.isRemoved()) {
            throw new StoreCorruptException(
                    segment.base(),
                    "the header in segment " + next.number() + ", position 0, names segment " + header.predecessor()
                            + " as its predecessor, and segment " + segment.number() + " is between them");
        }
        return segment.knownEnd();
    }

    private static StoreCorruptException badHeader(LiveSegment segment, String reason) {
        return new StoreCorruptException(segment.base(), reason + " in segment " + segment.number() + ", position 0");
    }

    /** {@return the refusal of a segment of another format} */
    static StoreVersionException unknownVersion(long number, int version) {
        return new StoreVersionException("segment " + number + " has format version " + version + ", this release knows version "
                + SegmentHeaderDescriptor.VERSION + ": use the release that wrote it, or a later one");
    }

    // ------------------------------------------------------------------------------------------- handles

    /**
     * {@return a handle to read a segment through, to be given back by {@link #release} soon; null if the segment was removed}
     *
     * @param segment which
     * @throws IOException if the medium fails
     */
    public @Nullable Segment acquire(LiveSegment segment) throws IOException {
        Segment open = segment.acquireOpen(opens.get());
        if (open != null) {
            return open;
        }
        deviceLock.lock();
        try {
            // Only under this lock is a segment opened or shut.
            Segment handle = segment.acquireOpen(opens.get());
            if (handle != null || segment.isRemoved()) {
                return handle;
            }
            return open(segment);
        } finally {
            deviceLock.unlock();
        }
    }

    /** Opens a handle and acquires it. Under the device lock. {@return it, or null if the segment was removed meanwhile} */
    private @Nullable Segment open(LiveSegment segment) throws IOException {
        Segment fresh;
        try {
            fresh = device.open(segment.number());
        } catch (NoSuchFileException e) {
            StoreCorruptException gone =
                    new StoreCorruptException(segment.base(), "segment " + segment.number() + " is missing");
            gone.addSuppressed(e);
            throw gone;
        }
        if (!segment.openedAndAcquired(fresh, opens.incrementAndGet())) {
            fresh.close();
            return null;
        }
        openHandles++;
        evictBeyondLimit();
        return fresh;
    }

    /**
     * Gives a handle back.
     *
     * @param segment the one it was acquired for
     */
    public void release(LiveSegment segment) {
        segment.release();
    }

    /** Closes the least recently used handles that nobody uses. Under the device lock. */
    private void evictBeyondLimit() throws IOException {
        while (openHandles > maxHandles) {
            LiveSegment oldest = null;
            for (LiveSegment segment : chain.values()) {
                if (segment.isEvictable() && (oldest == null || segment.lastUse() < oldest.lastUse())) {
                    oldest = segment;
                }
            }
            if (oldest == null) {
                return;
            }
            Segment handle = oldest.evict();
            if (handle != null) {
                openHandles--;
                handle.close();
            }
        }
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("segments of ").append(identity.segmentSize()).append(" bytes:");
        for (LiveSegment segment : chain.values()) {
            s.append(' ').append(segment);
        }
        return s.toString();
    }
}

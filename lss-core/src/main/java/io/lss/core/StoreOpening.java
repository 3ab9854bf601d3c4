package io.lss.core;

import io.lss.api.EndOfLog;
import io.lss.api.OpenMode;
import io.lss.api.RecoveryReport;
import io.lss.api.StoreException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.core.format.Root;
import io.lss.core.recovery.LogSegments;
import io.lss.core.recovery.Recovered;
import io.lss.core.recovery.RecoveredLog;
import io.lss.core.recovery.Recovery;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * From a location to an open store: choose a provider, open the device, classify (read-only), adopt what is there or create,
 * begin a session.
 *
 * <p>The order of adoption is that of {@link RecoveredLog}: what is adopted is synced before anything says that it is stable;
 * the root names the session's first segment, durably, before the first append; what becomes void is deleted when the root says
 * so, what an older root made void is deleted before the next one no longer says it.
 */
final class StoreOpening {

    /** What a session starts from. */
    record Session(
            StoreIdentity identity, RootKeeper roots, LogSegments segments, LogSegment first, RecoveryReport report) {}

    private final Device device;
    private final StoreOptions options;

    private StoreOpening(Device device, StoreOptions options) {
        this.device = device;
        this.options = options;
    }

    static CoreStore open(URI location, StoreOptions options) throws IOException {
        ProviderSelection selection = ProviderSelection.select(location, options);
        Device device = selection.provider().open(location, deviceOptions(options));
        try {
            selection.log(location, device);
            RecoveryEvent event = new RecoveryEvent();
            event.begin();
            StoreOpening opening = new StoreOpening(device, options);
            // What can be refused is refused before anything is written.
            opening.checkTransfer();
            MemorySegment memory = device.allocate((long) options.buffers() * options.bufferSize());
            Session session = opening.begin();
            RecoveryReport report = session.report();
            event.store = Health.nameOf(location);
            event.provider = selection.provider().name();
            event.session = report.session();
            event.end = report.end().name();
            event.endLsn = report.endLsn();
            event.records = report.records();
            event.segments = report.segments();
            event.bytesScanned = report.bytesScanned();
            event.bytesCut = report.bytesCut();
            event.detail = report.detail();
            event.commit();
            if (report.bytesCut() > 0) {
                System.getLogger("io.lss").log(System.Logger.Level.INFO, "LSS store at {0}: {1}", location, report);
            }
            return new CoreStore(location, options, selection, device, memory, session);
        } catch (Throwable t) {
            if (t instanceof StoreException e) {
                e.at(location);
            }
            try {
                device.close();
            } catch (IOException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
    }

    static DeviceOptions deviceOptions(StoreOptions options) {
        return new DeviceOptions(
                options.openMode() != OpenMode.OPEN_EXISTING,
                options.openMode() == OpenMode.CREATE_NEW,
                options.durability(),
                options.bufferSize(),
                options.buffers(),
                options.providerProperties());
    }

    private void checkTransfer() {
        Traits traits = device.traits();
        if (traits.maxTransfer() < options.bufferSize()) {
            throw new IllegalArgumentException("bufferSize " + options.bufferSize() + " exceeds the largest transfer of the device, "
                    + traits.maxTransfer() + " (" + traits.description() + ")");
        }
    }

    private Session begin() throws IOException {
        Traits traits = device.traits();
        long began = System.nanoTime();
        return switch (Recovery.recover(device)) {
            case Recovered.Fresh fresh -> create(fresh, traits, began);
            case RecoveredLog log -> adopt(log, traits);
        };
    }

    private Session create(Recovered.Fresh fresh, Traits traits, long began) throws IOException {
        if (options.openMode() == OpenMode.OPEN_EXISTING) {
            throw StoreLocationException.vacant(
                    "there is no store at the location", "the open mode is OPEN_EXISTING: name the right place, or let it be created");
        }
        int blockSize = Math.max(4096, traits.blockSize());
        checkBlockSize(blockSize);
        long segmentSize = options.newSegmentSize();
        SecureRandom random = new SecureRandom();
        StoreIdentity identity = new StoreIdentity(random.nextLong(), random.nextLong(), segmentSize, blockSize);
        LogSegments segments = new LogSegments(device, identity, LogSegments.DEFAULT_MAX_HANDLES);
        SegmentSupply supply = new SegmentSupply(device, segmentSize, fresh.nextSegment(), () -> {});
        LogSegment first = supply.create();
        Root root = new Root(
                identity.uuidHigh(),
                identity.uuidLow(),
                0,
                segmentSize,
                blockSize,
                false,
                1,
                first.number(),
                0,
                0,
                first.base(),
                first.base(),
                new byte[0]);
        RootKeeper roots = new RootKeeper(device, segments.deviceLock(), root, 0);
        roots.update(r -> r);
        delete(fresh.leftovers());
        RecoveryReport report = new RecoveryReport(
                EndOfLog.CREATED,
                1,
                first.base(),
                first.base(),
                0,
                0,
                0,
                0,
                "created",
                Duration.ofNanos(System.nanoTime() - began));
        return new Session(identity, roots, segments, first, report);
    }

    private Session adopt(RecoveredLog log, Traits traits) throws IOException {
        if (options.openMode() == OpenMode.CREATE_NEW) {
            throw new StoreLocationException("there is a store at the location already, and the open mode is CREATE_NEW");
        }
        StoreIdentity identity = log.identity();
        checkSizes(identity, traits);
        for (long number : log.unsynced()) {
            sync(number);
        }
        delete(log.voidByRoot());
        // The root on the device says where the log begins, so these may go before the next one is written; on a full disk the
        // next segment may need their space.
        delete(log.trimmed());
        SegmentSupply supply = new SegmentSupply(device, identity.segmentSize(), log.nextSegment(), () -> {});
        LogSegment first = supply.create();
        RootKeeper roots = new RootKeeper(device, log.segments().deviceLock(), log.root(), 1 - log.bestCopy());
        roots.update(r -> log.nextRoot());
        delete(log.voidByNextRoot());
        return new Session(identity, roots, log.segments(), first, log.report());
    }

    private void checkBlockSize(int blockSize) {
        if (options.bufferSize() < 4 * blockSize) {
            throw new IllegalArgumentException("bufferSize " + options.bufferSize() + " is less than four blocks of " + blockSize
                    + " bytes, which this device needs; make buffers larger");
        }
    }

    private void checkSizes(StoreIdentity identity, Traits traits) throws StoreLocationException {
        if (identity.blockSize() % traits.blockSize() != 0) {
            throw new StoreLocationException("the store was made with blocks of " + identity.blockSize()
                    + " bytes, the device it is on now needs " + traits.blockSize()
                    + ": move it to a device with smaller blocks, or copy its records into a new store");
        }
        checkBlockSize(identity.blockSize());
        if (options.segmentSize().isPresent() && options.segmentSize().getAsLong() != identity.segmentSize()) {
            throw new IllegalArgumentException("segmentSize " + options.segmentSize().getAsLong() + " was asked for, the store has "
                    + identity.segmentSize() + ", fixed when it was created: leave it out, or give the same");
        }
        if (identity.segmentSize() < 2L * options.bufferSize()) {
            throw new IllegalArgumentException("bufferSize " + options.bufferSize() + " is more than half the store's segment size "
                    + identity.segmentSize() + ": make buffers smaller");
        }
    }

    private void delete(List<Long> numbers) throws IOException {
        for (long number : numbers) {
            device.delete(number);
        }
    }

    /** Makes a segment of an earlier session durable: it may be in the page cache only, if just the process died. */
    private void sync(long number) throws IOException {
        try (Segment handle = device.open(number)) {
            OneOperation sync = new OneOperation();
            handle.sync(sync);
            sync.await(device);
        }
    }
}

package io.lss.core.inspect;

import io.lss.api.Damage;
import io.lss.api.Durability;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreVersionException;
import io.lss.api.VerificationReport;
import io.lss.core.ProviderSelection;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.recovery.RecoveredLog;
import io.lss.core.recovery.Recovery;
import io.lss.core.recovery.StoreIdentity;
import io.lss.core.recovery.Verification;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that is looked into: locked as by any opener, not recovered, not written. Used by one thread at a time. One that cannot be written is
 * locked as far as that needs no writing, where its provider can do that: see {@link DeviceProvider#openToRead}.
 *
 * <p>The root that counts is the valid copy with the higher sequence number. What all segments have in common (UUID, sizes) is what that root says;
 * with both copies lost, what most segment headers say.
 */
public final class StoreInspection implements AutoCloseable {

    private static final int TRANSFER = 1 << 20;

    private final Device device;
    private final String provider;
    private final boolean readOnly;
    private final List<RootCopy> roots;
    private final long[] segments;
    private final @Nullable Root root;
    private final @Nullable StoreIdentity identity;

    /**
     * Looks into the store on a device.
     *
     * @param device open; closed by {@link #close}
     * @param provider the name of the device's provider
     * @throws IOException if the device cannot say which segments there are
     */
    public StoreInspection(Device device, String provider) throws IOException {
        this(device, provider, false);
    }

    private StoreInspection(Device device, String provider, boolean readOnly) throws IOException {
        this.device = device;
        this.provider = provider;
        this.readOnly = readOnly;
        this.roots = List.of(read(0), read(1));
        this.segments = device.segments();
        this.root = best(roots.get(0).root(), roots.get(1).root());
        this.identity = root != null ? StoreIdentity.of(root) : ofMostHeaders();
    }

    /**
     * Opens the device at a location and looks into the store on it.
     *
     * @param location where the store is
     * @param provider the provider to read with; empty: the best that serves the location
     * @return the store, locked until it is closed
     * @throws io.lss.api.StoreLockedException if it is in use
     * @throws io.lss.api.StoreLocationException if there is no store, or it is not accessible
     * @throws io.lss.api.NoProviderException if no provider serves the location
     * @throws IOException if the medium fails as a whole
     */
    public static StoreInspection open(URI location, Optional<String> provider) throws IOException {
        StoreOptions.Builder options = StoreOptions.builder();
        provider.ifPresent(options::provider);
        ProviderSelection selection = ProviderSelection.select(location, options.build());
        // WRITTEN: nothing is going to be written, so nothing has to be measured or prepared for it.
        DeviceOptions reading = new DeviceOptions(false, false, Durability.WRITTEN, TRANSFER, 2, Map.of());
        Device device;
        boolean readOnly = false;
        try {
            try {
                device = selection.provider().open(location, reading);
            } catch (StoreLocationException e) {
                device = selection.provider().openToRead(location).orElseThrow(() -> e);
                readOnly = true;
            }
        } catch (StoreException e) {
            throw e.at(location);
        }
        try {
            return new StoreInspection(device, selection.provider().name(), readOnly);
        } catch (Throwable t) {
            try {
                device.close();
            } catch (IOException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
    }

    private RootCopy read(int copy) throws IOException {
        try {
            Optional<byte[]> bytes = device.readRoot(copy);
            return new RootCopy(copy, bytes.isEmpty() ? new RootImage.Absent() : RootDescriptor.decode(bytes.get()));
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            return new RootCopy(copy, new RootImage.Invalid("cannot be read: " + e.getMessage()));
        }
    }

    private static @Nullable Root best(@Nullable Root a, @Nullable Root b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.sequence() > a.sequence() ? b : a;
    }

    private @Nullable StoreIdentity ofMostHeaders() throws IOException {
        Map<StoreIdentity, Integer> votes = new HashMap<>();
        for (long number : segments) {
            try (Segment handle = device.open(number)) {
                if (image(new LenientReads(handle)) instanceof SegmentHeaderImage.Valid(SegmentHeader header)
                        && header.number() == number) {
                    votes.merge(StoreIdentity.of(header), 1, Integer::sum);
                }
            }
        }
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private static SegmentHeaderImage image(LenientReads reads) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(SegmentHeaderDescriptor.LENGTH, SegmentHeaderDescriptor.LENGTH);
            long got = reads.read(block, 0);
            String refused = reads.unreadable(0, SegmentHeaderDescriptor.LENGTH);
            return refused != null
                    ? new SegmentHeaderImage.Invalid(refused)
                    : SegmentHeaderDescriptor.read(block, 0, got);
        }
    }

    // ------------------------------------------------------------------------------------------- queries

    /** {@return what the device says of itself} */
    public Traits traits() {
        return device.traits();
    }

    /** {@return the name of the provider it is read with} */
    public String provider() {
        return provider;
    }

    /** {@return whether it cannot be written, so that it was opened without the right to write} */
    public boolean isReadOnly() {
        return readOnly;
    }

    /** {@return both root copies, copy 0 first} */
    public List<RootCopy> roots() {
        return roots;
    }

    /** {@return the root that counts, or null if both copies are lost} */
    public @Nullable Root root() {
        return root;
    }

    /** {@return whether both copies are valid and contradict each other: the same sequence number, or another store} */
    public boolean isRootAmbiguous() {
        Root a = roots.get(0).root();
        Root b = roots.get(1).root();
        return a != null
                && b != null
                && !a.equals(b)
                && (a.sequence() == b.sequence() || !StoreIdentity.of(a).equals(StoreIdentity.of(b)));
    }

    /** {@return what the segments have in common, or null if nothing tells it any more} */
    public @Nullable StoreIdentity identity() {
        return identity;
    }

    /** {@return the size of its segments, in bytes; 0 if nothing tells it any more} */
    public long segmentSize() {
        return identity == null ? 0 : identity.segmentSize();
    }

    /** {@return the numbers of all segments, ascending, a copy} */
    public long[] segments() {
        return segments.clone();
    }

    /**
     * What an opening would do.
     *
     * @param refusal why it would refuse the store as damaged or as of another format; empty if it would not
     * @param removed the segments that it would remove before it makes a new one
     */
    public record Opening(Optional<StoreException> refusal, List<Long> removed) {}

    /**
     * {@return what an opening would do} What opening reads is read, which is what follows the recorded stable LSN, and nothing is written. Records below
     * that are not read.
     *
     * @throws IOException if the medium fails, which is no damage
     */
    public Opening opening() throws IOException {
        try {
            List<Long> removed = new ArrayList<>();
            if (Recovery.recover(device) instanceof RecoveredLog log) {
                removed.addAll(log.voidByRoot());
                removed.addAll(log.trimmed());
                log.segments().close();
            }
            return new Opening(Optional.empty(), removed);
        } catch (StoreCorruptException | StoreVersionException e) {
            return new Opening(Optional.of(e), List.of());
        }
    }

    /**
     * Reads everything that an opening would find, up to where it would let the log end, and recovers nothing.
     *
     * @param found told every damage, in LSN order
     * @param progress told the LSN up to which everything has been read, exclusive
     * @return what was read
     * @throws StoreCorruptException if an opening would refuse the store
     * @throws IOException if the medium fails; that is no damage
     */
    public VerificationReport verify(Consumer<? super Damage> found, LongConsumer progress) throws IOException {
        if (!(Recovery.recover(device) instanceof RecoveredLog log)) {
            return new VerificationReport(0, 0, 0, 0, 0);
        }
        try {
            return Verification.verify(log.segments(), log.beginLsn(), log.stableLsn(), found, progress);
        } finally {
            log.segments().close();
        }
    }

    /**
     * {@return a segment, to be closed}
     *
     * @param number one of {@link #segments()}
     * @param rebuild whether a lost header is put together again from units, which means reading up to the first of them
     * @throws IOException if it cannot be opened
     */
    public SegmentView view(long number, boolean rebuild) throws IOException {
        Segment handle = device.open(number);
        try {
            LenientReads reads = new LenientReads(handle);
            SegmentHeaderImage image = own(image(reads), number);
            SegmentHeader header = image instanceof SegmentHeaderImage.Valid(SegmentHeader stored) ? stored : null;
            boolean lost = header == null && image instanceof SegmentHeaderImage.Invalid;
            if (lost && rebuild && identity != null) {
                header = new HeaderRebuild(identity).from(reads, number);
            }
            return new SegmentView(number, handle, reads, image, header, lost && header != null);
        } catch (Throwable t) {
            try {
                handle.close();
            } catch (IOException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
    }

    private SegmentHeaderImage own(SegmentHeaderImage image, long number) {
        if (image instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
            if (header.number() != number) {
                return new SegmentHeaderImage.Invalid("header of segment " + header.number());
            }
            if (!StoreIdentity.of(header).equals(identity)) {
                return new SegmentHeaderImage.Invalid("header of another store (its UUID or sizes)");
            }
        }
        return image;
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}

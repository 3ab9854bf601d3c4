package io.lss.faults.fuzz;

import io.lss.api.Damage;
import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreVersionException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens the store that an input makes of a real image, and reads it in every way:
 *
 * <ul>
 *   <li>nothing comes but the store's own exceptions, and no loop or length runs away;
 *   <li>a refused open has changed nothing, and no new store takes the place of one that has been there;
 *   <li>every record that is returned is on the medium, by checksum, tag and place;
 *   <li>what was opened takes a record, and opened again, closed or not, it is the same and has that record.
 * </ul>
 */
final class RecoveryCheck {

    /** How the engine begins to say that half of all root sequence numbers or sessions are used up. */
    private static final String HALF_OF_ALL = "no store reaches the sequence number or session";

    /** Up to here a store may come, in segments of any size. Its next segment begins above it. */
    private static final long MOST_LSN = Long.MAX_VALUE / 2;

    /** What opening and reading a store may take from the heap, in bytes. Records and images are far smaller. */
    private static final long MOST_HEAP = 64L << 20;

    private static final int MOST_READS = 40;

    /** Held here, since the platform holds loggers weakly and the level is lost with the logger. */
    private static final Logger LSS_LOG = Logger.getLogger("io.lss");

    static {
        LSS_LOG.setLevel(Level.OFF); // what is found goes into errors
    }

    private static final List<MemoryMedium> IMAGES = Images.make();

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

    private final FuzzInput input;
    private final MemoryMedium given;
    private final boolean mayCreate;
    private final boolean killed;

    /** What a scan gives: records, and the LSN of the damage that ended it or -1. */
    private record Found(List<Long> lsns, List<byte[]> payloads, @Nullable StoreException damage) {}

    private RecoveryCheck(byte[] bytes) {
        this.input = new FuzzInput(bytes);
        this.given = IMAGES.get(input.next() % IMAGES.size()).copy();
        int mode = input.next();
        this.mayCreate = (mode & 1) != 0;
        this.killed = (mode & 2) != 0;
    }

    /** {@return how many images inputs begin with} */
    static int images() {
        return IMAGES.size();
    }

    static void run(byte[] bytes) {
        RecoveryCheck check = new RecoveryCheck(bytes);
        Mutations.apply(check.given, check.input);
        // The store looks for engines and providers here and in its own class loader: once is enough, and half of the time.
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            check.measured();
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private void measured() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            check();
        } catch (IOException e) {
            throw new FuzzViolationError("neither the store's own exception nor the medium's", e);
        }
        long used = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (used > MOST_HEAP) {
            throw new FuzzViolationError("opening and reading took " + (used >> 20) + " MiB of heap");
        }
    }

    // ------------------------------------------------------------------------------------------- open

    private StoreOptions options() {
        int block = 4096;
        for (byte[] root : given.roots.values()) {
            if (Format.isPage(root, Format.ROOT_MAGIC)) {
                int said = Format.getInt(root, Format.ROOT_BLOCK_SIZE);
                block = said > block && said <= 1 << 16 && Integer.bitCount(said) == 1 ? said : block;
            }
        }
        return Images.options()
                .bufferSize(4 * block)
                .openMode(mayCreate ? OpenMode.OPEN_OR_CREATE : OpenMode.OPEN_EXISTING)
                .build();
    }

    private @Nullable LogStructuredStore open(MemoryMedium medium) throws IOException {
        MemoryProvider.put(medium);
        try {
            return LogStructuredStore.open(MemoryProvider.LOCATION, options());
        } catch (StoreException e) {
            return null;
        } catch (IllegalArgumentException e) {
            if (!String.valueOf(e.getMessage()).contains("make buffers")) {
                throw e;
            }
            return null; // the store's sizes do not go with the options
        }
    }

    private void check() throws IOException {
        MemoryMedium medium = given.copy();
        Found found;
        boolean damaged;
        long appended;
        byte[] record = {1, 2, 3, 4, 5};
        MemoryMedium left;
        try (LogStructuredStore store = open(medium)) {
            if (store == null) {
                if (!medium.isSameAs(given)) {
                    throw new FuzzViolationError("open was refused and has changed something");
                }
                return;
            }
            if (store.recovery().end() == EndOfLog.CREATED) {
                created();
                return;
            }
            Witness witness = new Witness(given, segmentSize());
            found = scan(store, witness);
            read(store, witness, found);
            readAnything(store, witness, found);
            damaged = verify(store, found);
            appended = store.append(record);
            store.sync();
            left = medium.copy();
        }
        again(killed ? left : medium, found, damaged, appended, record);
    }

    /** A new store: there was none. */
    private void created() {
        for (byte[] root : given.roots.values()) {
            if (!(RootDescriptor.decode(root) instanceof RootImage.Invalid)) {
                throw new FuzzViolationError("a new store, and there was a root");
            }
        }
        for (Map.Entry<Long, byte[]> each : given.segments.entrySet()) {
            MemorySegment segment = MemorySegment.ofArray(each.getValue());
            if (!(SegmentHeaderDescriptor.read(segment, 0, segment.byteSize()) instanceof SegmentHeaderImage.Invalid)) {
                throw new FuzzViolationError("a new store, and segment " + each.getKey() + " had been written");
            }
        }
    }

    /** {@return the segment size that the better root says} Whether a root is believed is {@link DecoderCheck}'s question. */
    private long segmentSize() {
        Root best = null;
        for (byte[] bytes : given.roots.values()) {
            if (RootDescriptor.decode(bytes) instanceof RootImage.Valid(Root root)
                    && (best == null || root.sequence() > best.sequence())) {
                best = root;
            }
        }
        if (best == null) {
            throw new FuzzViolationError("opened without a root");
        }
        return best.segmentSize();
    }

    // ------------------------------------------------------------------------------------------- read

    private static Found scan(LogStructuredStore store, @Nullable Witness witness) throws IOException {
        List<Long> lsns = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                byte[] payload = cursor.payload().toArray(ValueLayout.JAVA_BYTE);
                if (cursor.lsn() < (lsns.isEmpty() ? store.beginLsn() : lsns.getLast() + 1)) {
                    throw new FuzzViolationError("LSN " + cursor.lsn() + " comes after " + lsns);
                }
                if (witness != null) {
                    witness.record(cursor.lsn(), payload);
                }
                lsns.add(cursor.lsn());
                payloads.add(payload);
            }
        } catch (StoreException e) {
            return new Found(lsns, payloads, e);
        }
        return new Found(lsns, payloads, null);
    }

    private static void read(LogStructuredStore store, Witness witness, Found found) throws IOException {
        for (int i = 0; i < Math.min(MOST_READS, found.lsns().size()); i++) {
            byte[] payload = found.payloads().get(i);
            byte[] dst = new byte[payload.length];
            ReadOutcome outcome = store.read(found.lsns().get(i), MemorySegment.ofArray(dst));
            if (!outcome.isRecord() || outcome.length() != dst.length || !Arrays.equals(dst, payload)) {
                throw new FuzzViolationError("a scan gives the record at LSN " + found.lsns().get(i) + ", a read " + outcome);
            }
            witness.record(found.lsns().get(i), dst);
        }
    }

    /** Reads where nobody has said that there is a record. */
    private void readAnything(LogStructuredStore store, Witness witness, Found found) throws IOException {
        long size = segmentSize();
        for (long number : given.segments.keySet()) {
            for (long position : new long[] {0, 4_096, 4_160, 4_160 + 24, 8_192 + 64, 12_288 + 64, 4_168}) {
                byte[] dst = new byte[32];
                try {
                    long lsn = number * size + position;
                    ReadOutcome outcome = store.read(lsn, MemorySegment.ofArray(dst));
                    if (outcome.isRecord() && found.damage() == null && !found.lsns().contains(lsn)
                            && isFrame(number, (int) position)) {
                        throw new FuzzViolationError("a read gives a record at LSN " + lsn + ", a scan does not");
                    }
                    if (outcome.isRecord() && outcome.length() <= dst.length) {
                        witness.record(lsn, Arrays.copyOf(dst, outcome.length()));
                    }
                } catch (IllegalArgumentException e) {
                    if (!String.valueOf(e.getMessage()).contains("LSN")) {
                        throw e;
                    }
                } catch (StoreException e) {
                    if (!String.valueOf(e.getMessage()).contains("segment")) {
                        throw new FuzzViolationError("a read's error does not name the segment", e);
                    }
                }
            }
        }
    }

    /**
     * {@return whether the units of a segment, one after the other, and the frames of one of them lead there} A frame or a unit
     * may also lie in the payload of another whose length was forged.
     */
    private boolean isFrame(long number, int position) {
        byte[] segment = given.segment(number);
        int unit = Mending.BLOCK;
        while (Mending.units(segment).contains(unit)) {
            int padded = Format.getInt(segment, unit + Format.UNIT_PADDED);
            if (position < unit + (long) Math.max(padded, Mending.BLOCK)) {
                return Mending.frames(segment, unit).contains(position);
            }
            unit += Math.max(padded, Mending.BLOCK);
        }
        return false;
    }

    /** {@return whether it found damage} */
    private static boolean verify(LogStructuredStore store, Found found) throws IOException {
        List<Damage> damages = new ArrayList<>();
        try {
            store.verify(damages::add);
        } catch (StoreVersionException e) {
            return true; // a segment in the middle, whole, of another format: no damage, and nothing that can be verified
        }
        if (found.damage() != null && damages.isEmpty()) {
            throw new FuzzViolationError("a scan meets damage, verification finds none", found.damage());
        }
        return !damages.isEmpty();
    }

    // ------------------------------------------------------------------------------------------- again

    private void again(MemoryMedium medium, Found first, boolean damaged, long appended, byte[] record) throws IOException {
        MemoryProvider.put(medium);
        try (LogStructuredStore store = LogStructuredStore.open(MemoryProvider.LOCATION, options())) {
            Found second = scan(store, null);
            int same = first.lsns().size();
            boolean more = first.damage() == null;
            if (second.lsns().size() != same + (more ? 1 : 0)
                    || !second.lsns().subList(0, same).equals(first.lsns())
                    || (second.damage() == null) != more) {
                throw new FuzzViolationError("opened again, it has records at " + second.lsns() + " (" + second.damage()
                        + "), not at "
                        + first.lsns() + " (" + first.damage() + ") and LSN " + appended);
            }
            byte[] dst = new byte[record.length];
            ReadOutcome outcome = store.read(appended, MemorySegment.ofArray(dst));
            if (!outcome.isRecord() || !Arrays.equals(dst, record)) {
                throw new FuzzViolationError("what was appended at LSN " + appended + " is not there: " + outcome);
            }
        } catch (StoreException e) {
            if (damaged) {
                return; // the next session asks other questions of it
            }
            if (appended >= MOST_LSN) {
                return; // forged to stand where half of all LSNs are used up: behind that a store refuses to go on
            }
            if (e instanceof StoreCorruptException corrupt && corrupt.reason().startsWith(HALF_OF_ALL)) {
                return; // the same of roots and sessions: this one was opened, so it was forged to stand just there
            }
            throw new FuzzViolationError("what was opened and had a record appended is refused", e);
        }
    }
}

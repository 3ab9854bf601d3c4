package io.lss.core.salvage;

import io.lss.api.Durability;
import io.lss.api.StoreException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.core.ProviderSelection;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Saves what a store holds into a new one; the package documentation says what is kept. */
public final class Salvage {

    private final StoreInspection store;
    private final LogPlan plan;
    private final StoreIdentity identity;
    private final NewLog target;
    private final Account account;
    private final RecordDigest digest = new RecordDigest();

    /** R over all sessions. */
    private long recorded;

    private Salvage(StoreInspection store, LogPlan plan, NewLog target, Account account) {
        this.store = store;
        this.plan = plan;
        this.identity = plan.identity();
        this.target = target;
        this.account = account;
    }

    /** For a failure after which not everything could be removed. */
    private static final String LEFT = "; of the new store files are left that are no store: remove them before that place is used again";

    /** The largest write, in bytes. */
    private static final int TRANSFER = 1 << 20;

    /**
     * {@return what was kept} As {@link #run(StoreInspection, Device, SalvageObserver)}, at a location.
     *
     * @param store the old store
     * @param location where the new one goes: missing or empty
     * @param provider the provider to write with; empty: the best that serves the location
     * @param observer told what is lost, repaired and worth knowing
     * @throws StoreLocationException if the location does not suit, or holds a store
     * @throws io.lss.api.NoProviderException if no provider serves it
     * @throws IOException as the other method says
     */
    public static SalvageReport run(
            StoreInspection store, URI location, Optional<String> provider, SalvageObserver observer) throws IOException {
        StoreOptions.Builder options = StoreOptions.builder();
        provider.ifPresent(options::provider);
        // What refuses the old store is met before anything is made.
        LogPlan.of(store);
        ProviderSelection selection = ProviderSelection.select(location, options.build());
        DeviceOptions device = new DeviceOptions(true, true, Durability.SYNC, TRANSFER, 1, Map.of());
        try (Device target = selection.provider().open(location, device)) {
            return run(store, target, observer);
        } catch (StoreFullException e) {
            throw new StoreFullException(
                    "no space for the new store at " + location + " (" + e.problem() + "): free space there, or choose another place",
                    e);
        } catch (StoreException e) {
            throw e.at(location);
        }
    }

    /**
     * {@return what was kept} On return the new store is durable and opens; after an exception what was made is removed again, or made
     * invalid where it cannot be: the message says so then.
     *
     * @param store the old store
     * @param device where the new one goes: open, and without a segment or a root
     * @param observer told what is lost, repaired and worth knowing
     * @throws io.lss.api.StoreVersionException if the old store is of a format that this release does not know
     * @throws io.lss.api.StoreCorruptException if nothing tells the old store's layout any more
     * @throws io.lss.api.StoreFullException if there is no space for the new one
     * @throws IOException if a device fails as a whole
     */
    public static SalvageReport run(StoreInspection store, Device device, SalvageObserver observer) throws IOException {
        LogPlan plan = LogPlan.of(store);
        if (plan.identity().blockSize() % device.traits().blockSize() != 0) {
            throw new StoreLocationException("the store has blocks of " + plan.identity().blockSize()
                    + " bytes, the device the new one is to be on needs " + device.traits().blockSize()
                    + ": choose a place on a device with smaller blocks");
        }
        NewLog target = new NewLog(device, plan.identity());
        try {
            return new Salvage(store, plan, target, new Account(observer, plan.begin())).run();
        } catch (StoreFullException e) {
            throw new StoreFullException(e.problem() + (target.remove(e) ? "; what was made of the new store is removed again" : LEFT), e);
        } catch (StoreException e) {
            target.remove(e);
            throw e;
        } catch (IOException e) {
            if (target.remove(e)) {
                throw e;
            }
            throw new IOException(e.getMessage() + LEFT, e);
        } catch (Throwable t) {
            target.remove(t);
            throw t;
        }
    }

    private SalvageReport run() throws IOException {
        tellRoots();
        MissingSegments missing = new MissingSegments(plan);
        for (List<LogPart> session : plan.sessions()) {
            session(session, missing);
        }
        for (Loss loss : missing.upTo(Long.MAX_VALUE)) {
            account.lost(loss);
        }
        Root old = plan.root();
        recorded = Math.max(recorded, plan.lastRecorded());
        byte[] appRoot = old == null ? new byte[0] : old.appRoot();
        Root root = target.writeRoot(plan.begin(), plan.highestNumber(), plan.lastSession(), appRoot);
        return new SalvageReport(
                old != null,
                appRoot.length,
                root.beginLsn(),
                root.stableLsn(),
                recorded,
                target.segments() - 1,
                digest.records(),
                digest.bytes(),
                digest.value(),
                account.losses(),
                account.acknowledged(),
                account.lostBytes(),
                account.repairs(),
                identity.segmentSize());
    }

    private void tellRoots() {
        for (RootCopy copy : store.roots()) {
            if (!copy.fault().isEmpty() && plan.root() != null) {
                account.repaired(new Repair(-1, 0, 0, "root copy " + copy.copy() + ": " + copy.fault() + "; the other copy is good"));
            }
        }
        if (plan.root() == null) {
            account.note("both root copies are lost (copy 0: " + store.roots().get(0).fault() + ", copy 1: "
                    + store.roots().get(1).fault() + "): so is the application root, and where the log was trimmed to; what is left of"
                    + " trimmed records is there again, from segment " + (plan.parts().isEmpty() ? 0 : plan.parts().firstKey()));
        }
    }

    // ------------------------------------------------------------------------------------------- sessions

    private void session(List<LogPart> session, MissingSegments missing) throws IOException {
        boolean onRecord = session.stream().allMatch(LogPart::hasLimit);
        Stability stability = onRecord ? Stability.none() : Stability.of(store, session);
        long r = recordedOf(session, stability);
        recorded = Math.max(recorded, r);
        long end = -1;
        for (int i = 0; i < session.size(); i++) {
            LogPart part = session.get(i);
            long number = part.number();
            for (Loss loss : missing.upTo(number)) {
                if (end < 0 && i > 0 && loss.lsn() >= r) {
                    end = loss.lsn();
                }
                if (end < 0) {
                    account.lost(loss);
                }
            }
            if (end >= 0) {
                behindEnd(part, end);
                continue;
            }
            boolean isLast = number == session.getLast().number();
            tellUnknownEnd(part, isLast);
            end = part(part, r, stability.reach(number), isLast);
        }
    }

    /** Of the newest segment nothing says where the log leaves it, unless the store was closed; of any other, something did. */
    private void tellUnknownEnd(LogPart part, boolean isLast) {
        Long after = plan.parts().higherKey(part.number());
        if (part.header() == null || part.hasLimit()) {
            return;
        }
        LogPart next = after == null ? null : plan.parts().get(after);
        if (isLast && next != null && next.header() == null) {
            account.note("segment " + next.number() + " has no header: it was made ready and not used, as a killed owner leaves one, or what is lost of it is"
                    + " also where the log left segment " + part.number());
        } else if (!isLast || next != null) {
            account.note("where the log left segment " + part.number() + " was on record in what is lost of the next one; taken is the end of the"
                    + " last unit or frame that is left of it");
        }
    }

    /** {@return R of a session} */
    private long recordedOf(List<LogPart> session, Stability stability) {
        LogPart last = session.getLast();
        if (last.hasLimit()) {
            return last.limit();
        }
        Long after = plan.parts().higherKey(last.number());
        LogPart next = after == null ? null : plan.parts().get(after);
        if (next != null && next.named()) {
            // The log went on in a segment that is missing, so all that is here was taken over.
            return identity.firstUnit(last.number() + 1);
        }
        return Math.max(stability.highest(), after == null ? plan.lastRecorded() : 0);
    }

    /** {@return where the session's log ends, or -1} */
    private long part(LogPart part, long r, long reach, boolean isLast) throws IOException {
        SegmentHeader header = part.header();
        long firstUnit = identity.firstUnit(part.number());
        if (header == null) {
            if (firstUnit >= r) {
                // Made ready and not used; or its first write did not arrive, and what is behind it is void.
                return isLast ? -1 : firstUnit;
            }
            long next = identity.base(part.number() + 1);
            account.lost(new Loss(
                    firstUnit,
                    part.hasLimit() ? part.limit() : isLast ? Math.min(r, next) : next,
                    part.number(),
                    identity.blockSize(),
                    -1,
                    true,
                    part.fault() + ", and no unit from which the segment's header could be put together"));
            return -1;
        }
        try (SegmentView view = store.view(part.number(), false)) {
            if (part.rebuilt()) {
                account.repaired(new Repair(
                        header.base(), part.number(), 0, part.fault() + "; put together again from the segment's units"));
            }
            long end = new SegmentRescue(view, header, part, r, reach, plan.begin(), target, account, digest).run();
            if (end >= 0) {
                cut(view, part, header, end);
            }
            return end;
        }
    }

    // ------------------------------------------------------------------------------------------- behind the end

    private void behindEnd(LogPart part, long end) throws IOException {
        SegmentHeader header = part.header();
        if (header != null) {
            try (SegmentView view = store.view(part.number(), false)) {
                cut(view, part, header, Math.max(end, identity.firstUnit(part.number())));
            }
        }
    }

    /** Tells what lies behind the place where the log ends because no whole unit is there, if anything does. */
    private void cut(SegmentView view, LogPart part, SegmentHeader header, long end) throws IOException {
        CutUnits cut = new CutUnits(end);
        new SegmentWalk(view, header).walk(cut);
        Loss loss = cut.loss(header, part.limit());
        if (loss != null) {
            account.lost(loss);
        }
    }
}

package io.lss.jmx;

import io.lss.api.LogStructuredStore;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.MBeanRegistration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** The bean: asks the store anew for each attribute. Notes when it is no longer registered, whoever ended that. */
final class StoreView implements StoreMXBean, MBeanRegistration {

    private final LogStructuredStore store;
    private final AtomicBoolean registered;

    /** Where the session begins: between the log that was found and that, LSNs have a gap with nothing in it. */
    private final long firstLsn;

    StoreView(LogStructuredStore store, AtomicBoolean registered) {
        this.store = store;
        this.registered = registered;
        long tail = store.tailLsn();
        this.firstLsn = store.stats().records() == 0 ? tail : 0; // later the stable watermark is in the session itself
    }

    @Override
    public ObjectName preRegister(MBeanServer server, @Nullable ObjectName name) {
        return Objects.requireNonNull(name, "name");
    }

    @Override
    public void postRegister(Boolean done) {}

    @Override
    public void preDeregister() {}

    @Override
    public void postDeregister() {
        registered.set(false);
    }

    @Override
    public String getProvider() {
        return store.provider();
    }

    @Override
    public String getDevice() {
        return store.device();
    }

    @Override
    public String getDurability() {
        return store.durability().name();
    }

    @Override
    public boolean isVolatileMedium() {
        return store.volatileMedium();
    }

    @Override
    public long getBeginLsn() {
        return store.beginLsn();
    }

    @Override
    public long getStableLsn() {
        return store.stableLsn();
    }

    @Override
    public long getWrittenLsn() {
        return store.writtenLsn();
    }

    @Override
    public long getTailLsn() {
        return store.tailLsn();
    }

    @Override
    public long getUnstableBytes() {
        long stable = Math.max(store.stableLsn(), firstLsn); // first: the tail only grows, so the difference is not negative
        return store.tailLsn() - stable;
    }

    @Override
    public long getLogBytes() {
        long begin = store.beginLsn();
        return store.tailLsn() - begin;
    }

    @Override
    public long getRecords() {
        return store.stats().records();
    }

    @Override
    public long getPayloadBytes() {
        return store.stats().payloadBytes();
    }

    @Override
    public long getFlushes() {
        return store.stats().flushes();
    }

    @Override
    public long getFlushedBytes() {
        return store.stats().flushedBytes();
    }

    @Override
    public long getPaddingBytes() {
        return store.stats().paddingBytes();
    }

    @Override
    public long getDurableFlushes() {
        return store.stats().durableFlushes();
    }

    @Override
    public long getSyncs() {
        return store.stats().syncs();
    }

    @Override
    public long getBackPressureWaits() {
        return store.stats().backPressureWaits();
    }

    @Override
    public long getSegmentsCreated() {
        return store.stats().segmentsCreated();
    }

    @Override
    public long getSegmentsDeleted() {
        return store.stats().segmentsDeleted();
    }

    @Override
    public long getExpiredReservations() {
        return store.stats().expiredReservations();
    }

    @Override
    public long getReads() {
        return store.stats().reads();
    }

    @Override
    public int getInFlight() {
        return store.stats().inFlight();
    }

    @Override
    public double getWriteAmplification() {
        return store.stats().writeAmplification();
    }

    @Override
    public String getRecoveryEnd() {
        return store.recovery().end().name();
    }

    @Override
    public String getRecoveryDetail() {
        return store.recovery().detail();
    }

    @Override
    public long getRecoveryBytesCut() {
        return store.recovery().bytesCut();
    }

    @Override
    public long getRecoveryMillis() {
        return store.recovery().took().toMillis();
    }

    @Override
    public long getSession() {
        return store.recovery().session();
    }
}

package io.lss.micrometer;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;

/**
 * A store's figures as meters, each with the tag {@code store}.
 *
 * <pre>{@code
 * var metrics = new StoreMetrics(store, "journal", List.of());
 * metrics.bindTo(registry);
 * ...
 * metrics.close();   // when the store is closed: its meters leave the registry
 * }</pre>
 *
 * <p>Counters (since the store was opened): {@code lss.records}, {@code lss.payload} (bytes), {@code lss.flushes}, {@code lss.flushes.durable},
 * {@code lss.flushed} (bytes), {@code lss.padding} (bytes), {@code lss.syncs}, {@code lss.backpressure.waits}, {@code lss.segments.created},
 * {@code lss.segments.deleted}, {@code lss.reservations.expired}, {@code lss.reads}.
 *
 * <p>Gauges: {@code lss.inflight}, the LSNs {@code lss.lsn.begin}, {@code lss.lsn.stable}, {@code lss.lsn.written} and {@code lss.lsn.tail},
 * {@code lss.unstable} (bytes from stable to tail) and {@code lss.log} (bytes from begin to tail).
 *
 * <p>The meters ask the store whenever they are asked; the store keeps nothing for them. After the store was closed they say what was last.
 * A registry holds the store weakly: keep the store or this object as long as the meters are wanted, and close this before a store is bound under
 * the same name again.
 */
public final class StoreMetrics implements MeterBinder, AutoCloseable {

    private static final String BYTES = "bytes";

    /** A meter and where it is registered. */
    private record Bound(MeterRegistry registry, Meter meter) {}

    private final LogStructuredStore store;
    private final Tags tags;
    private final Queue<Bound> bound = new ConcurrentLinkedQueue<>();

    /** Where the session begins: between the log that was found and that, LSNs have a gap with nothing in it. */
    private final long firstLsn;

    /**
     * The meters of a store, not yet bound to a registry.
     *
     * @param store which
     * @param name the value of the tag {@code store}; different for each store of a registry
     * @param more other tags of all its meters
     */
    public StoreMetrics(LogStructuredStore store, String name, Iterable<Tag> more) {
        this.store = Objects.requireNonNull(store, "store");
        this.tags = Tags.of("store", name).and(more);
        long tail = store.tailLsn();
        this.firstLsn = store.stats().records() == 0 ? tail : 0; // later the stable watermark is in the session itself
    }

    /**
     * Binds the meters to a registry; to one that has them already, nothing happens.
     *
     * @param registry where
     * @throws IllegalStateException if the registry has meters of these tags that are not of this object: it would go on with those, which
     *     are another store's, or this one's before it was opened again
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (bound.stream().anyMatch(meter -> meter.registry().equals(registry))) {
            return;
        }
        if (!registry.find("lss.records").tags(tags).meters().isEmpty()) {
            throw new IllegalStateException("the registry has meters with the tags " + tags + " already: close those, or take another name");
        }
        long first = firstLsn; // a copy: with this object the registry would hold the store
        List<Meter> meters = List.of(
                counter(registry, "lss.records", "records", "Records published", StoreStats::records),
                counter(registry, "lss.payload", BYTES, "Payload of the records published", StoreStats::payloadBytes),
                counter(registry, "lss.flushes", "flushes", "Flush units written", StoreStats::flushes),
                counter(registry, "lss.flushes.durable", "flushes", "Flush units that were durable by their own write", StoreStats::durableFlushes),
                counter(registry, "lss.flushed", BYTES, "Flush units written, headers and padding included", StoreStats::flushedBytes),
                counter(registry, "lss.padding", BYTES, "Padding in the flush units written", StoreStats::paddingBytes),
                counter(registry, "lss.syncs", "syncs", "Syncs completed", StoreStats::syncs),
                counter(registry, "lss.backpressure.waits", "waits", "Waits for space in the ring", StoreStats::backPressureWaits),
                counter(registry, "lss.segments.created", "segments", "Segments created", StoreStats::segmentsCreated),
                counter(registry, "lss.segments.deleted", "segments", "Segments deleted by trim", StoreStats::segmentsDeleted),
                counter(registry, "lss.reservations.expired", "reservations", "Reservations given up", StoreStats::expiredReservations),
                counter(registry, "lss.reads", "records", "Records looked up by LSN", StoreStats::reads),
                gauge(registry, "lss.inflight", "flushes", "Flush units in flight", s -> s.stats().inFlight()),
                gauge(registry, "lss.lsn.begin", BYTES, "Where the log begins, inclusive", LogStructuredStore::beginLsn),
                gauge(registry, "lss.lsn.stable", BYTES, "The stable watermark, exclusive", LogStructuredStore::stableLsn),
                gauge(registry, "lss.lsn.written", BYTES, "The written watermark, exclusive", LogStructuredStore::writtenLsn),
                gauge(registry, "lss.lsn.tail", BYTES, "Where the log ends, exclusive", LogStructuredStore::tailLsn),
                gauge(registry, "lss.unstable", BYTES, "Log that is not stable: what a power cut could take", s -> unstable(s, first)),
                gauge(registry, "lss.log", BYTES, "Log from begin to tail, gaps included", StoreMetrics::log));
        meters.forEach(meter -> bound.add(new Bound(registry, meter)));
    }

    /** Takes the meters out of the registries that they are bound to. */
    @Override
    public void close() {
        for (Bound next = bound.poll(); next != null; next = bound.poll()) {
            next.registry().remove(next.meter());
        }
    }

    private Meter counter(MeterRegistry registry, String name, String unit, String what, ToLongFunction<StoreStats> value) {
        return FunctionCounter.builder(name, store, s -> (double) value.applyAsLong(s.stats()))
                .baseUnit(unit)
                .description(what)
                .tags(tags)
                .register(registry);
    }

    private Meter gauge(MeterRegistry registry, String name, String unit, String what, ToLongFunction<LogStructuredStore> value) {
        return Gauge.builder(name, store, s -> (double) value.applyAsLong(s)).baseUnit(unit).description(what).tags(tags).register(registry);
    }

    private static long unstable(LogStructuredStore of, long first) {
        long stable = Math.max(of.stableLsn(), first); // first: the tail only grows, so the difference is not negative
        return of.tailLsn() - stable;
    }

    private static long log(LogStructuredStore store) {
        long begin = store.beginLsn();
        return store.tailLsn() - begin;
    }
}

package io.lss.tck;

import java.io.IOException;
import java.net.URI;
import java.util.Set;

/**
 * A fresh place for one store, and what the kit can do to it from outside. The one thing that the author of a provider or of a store
 * supplies: {@link ProviderContract#newSite} makes one for each test.
 *
 * <p>Only the location must be given. Whatever else a site can do, it declares in {@link #capabilities}; rules that need more are
 * skipped, and reported as skipped. Used by one thread at a time.
 */
public interface Site extends AutoCloseable {

    /** What is made to fail. */
    enum Failing {
        /** A write to a segment. */
        WRITE,
        /** A sync of a segment, or the sync in a durable write. */
        SYNC
    }

    /** {@return where the store is; nothing is there yet} After a {@link #crash} or {@link #kill} it may be another place. */
    URI location();

    /** {@return what this site can do beyond being a location} */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Stops the machine ({@link Capability#CRASH}). Whatever is open here is dead: its operations fail, and have no effect. What was
     * not durable is gone, or some of it, if the site declares {@link Capability#POWER_CUT}; a site that cannot do that may just end the
     * owner, as {@code kill -9} does, which proves less. When this returns the location can be opened again.
     *
     * @throws IOException if that did not work
     */
    default void crash() throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.CRASH);
    }

    /**
     * Stops the machine in the middle of an operation of the device ({@link Capability#CRASH_DURING}). {@link #crash} must be called
     * afterwards, as after any crash, before the location is opened again.
     *
     * @param operation in which one, counted from now; 1 is the next
     * @throws IOException if that did not work
     */
    default void crashDuring(int operation) throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.CRASH_DURING);
    }

    /**
     * Kills the owner ({@link Capability#LATE_WRITES}): as {@link #crash}, but nothing that was written is lost, and writes that had
     * not completed may still be on their way.
     *
     * @throws IOException if that did not work
     */
    default void kill() throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.LATE_WRITES);
    }

    /**
     * Lets the writes of killed owners arrive ({@link Capability#LATE_WRITES}).
     *
     * @throws IOException if that did not work
     */
    default void landLateWrites() throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.LATE_WRITES);
    }

    /**
     * Lets the next operation of a kind fail, once ({@link Capability#FAILURES}).
     *
     * @param what which
     * @throws IOException if that did not work
     */
    default void failNext(Failing what) throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.FAILURES);
    }

    /**
     * Leaves space for segments of so many bytes together, beyond what exists now ({@link Capability#LIMITED_SPACE}).
     *
     * @param bytes how many; {@link Long#MAX_VALUE}: no limit
     * @throws IOException if that did not work
     */
    default void limitSpace(long bytes) throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.LIMITED_SPACE);
    }

    /**
     * Changes some stored bytes, while nothing is open ({@link Capability#DAMAGE}).
     *
     * @param seed which
     * @return what was changed, for people
     * @throws IOException if that did not work
     */
    default String damage(long seed) throws IOException {
        throw new UnsupportedOperationException("this site declares no " + Capability.DAMAGE);
    }

    /**
     * Removes what is there. Nothing is open.
     *
     * @throws IOException if that did not work
     */
    @Override
    void close() throws IOException;
}

package io.lss.spi.flush;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * A storage backend, found by {@link java.util.ServiceLoader}.
 *
 * <p>Loading and constructing a provider must be cheap and must touch no native code: the engine constructs every
 * provider it finds, and asks only some of them to do anything. Implementations have a public no-argument constructor
 * and are safe for use by many threads.
 */
public interface DeviceProvider {

    /** {@return the name by which a user asks for this provider: short, lower case, unique, for example {@code filechannel}} */
    String name();

    /**
     * {@return how strongly this provider is preferred where several can serve a location; the highest wins} The portable
     * provider has 100, the io_uring provider 200. Ties are broken by name.
     */
    int preference();

    /**
     * Says whether this provider can serve {@code location}, by trying where that is the only honest way. Leaves nothing
     * behind. Never throws for a reason that belongs into the answer.
     *
     * @param location where a store is, or would be created; it need not exist
     * @return whether, and if not: why, and what the user can do about it
     */
    Probe probe(URI location);

    /**
     * Opens the device at {@code location} exclusively (F7).
     *
     * @param location where the store is
     * @param options what the engine is going to need
     * @return the open device
     * @throws io.lss.api.StoreLockedException if another live owner has it, in this process or another
     * @throws io.lss.api.StoreLocationException if the location is missing, is not what the provider needs, is not
     *     accessible, or holds something that is not a store
     * @throws IOException if the medium fails
     */
    Device open(URI location, DeviceOptions options) throws IOException;

    /**
     * Opens what is at a location that cannot be written, such as a medium that was made read-only, so that it can be looked at. An owner keeps this
     * out, and this keeps owners out, as far as a lock can be had without writing; where the location can be written, {@link #open} is the only way.
     * Asked after {@link #open} has refused the location. Nothing is written, not even a sync; the device's {@code create}, {@code delete} and {@code
     * writeRoot} throw an {@link IOException}.
     *
     * @param location where the store is
     * @return the open device; nothing, as by default, if the location can be written, or the provider has no such way
     * @throws io.lss.api.StoreLockedException if a live owner has it
     * @throws io.lss.api.StoreLocationException if there is no store, or it may not be read or locked
     * @throws IOException if the medium fails
     */
    default Optional<Device> openToRead(URI location) throws IOException {
        return Optional.empty();
    }
}

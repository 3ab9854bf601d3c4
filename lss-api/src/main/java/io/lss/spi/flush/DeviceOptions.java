package io.lss.spi.flush;

import io.lss.api.Durability;
import java.util.Map;

/**
 * What the engine tells a provider when it opens a device.
 *
 * @param create whether an empty (or missing) location may be made into a store; otherwise there must be one
 * @param mustCreate whether there must be no store at the location yet; implies {@code create}. A device refuses what it can tell by itself; the
 *     engine looks at the root copies in any case
 * @param durability the level the store is opened with; with {@link Durability#WRITTEN} no write is asked to be durable, and
 *     syncs are rare: they follow a roll, a long pause and the close, and nobody waits for them
 * @param bufferBytes the length of one flush buffer, the largest write that will be asked for, in bytes
 * @param buffers how many flush buffers there are; bounds the writes in flight
 * @param properties settings for the provider itself, from {@link io.lss.api.StoreOptions#providerProperties()}; a key
 *     that the provider does not know is an {@link IllegalArgumentException} naming the keys it knows
 */
public record DeviceOptions(
        boolean create,
        boolean mustCreate,
        Durability durability,
        int bufferBytes,
        int buffers,
        Map<String, String> properties) {

    /** Copies the properties. */
    public DeviceOptions {
        properties = Map.copyOf(properties);
    }
}

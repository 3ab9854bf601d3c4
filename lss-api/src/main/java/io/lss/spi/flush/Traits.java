package io.lss.spi.flush;

/**
 * What the engine must know of an open device. Constant while it is open.
 *
 * @param blockSize positions and lengths of writes are multiples of this, and a torn write tears at multiples of it; in
 *     bytes, a power of two, at least 512 and at most 64 KiB. The engine uses max(4096, blockSize)
 * @param memoryAlignment addresses of source memory are multiples of this; a power of two, in bytes
 * @param maxTransfer the longest single write the device takes, in bytes; at least one flush buffer as asked for in
 *     {@link DeviceOptions#bufferBytes()}
 * @param depth how many writes in flight are worth having; at least 1. A hint, not a limit: the device queues what exceeds it
 * @param volatileMedium whether the medium forgets everything when the machine stops (memory, tmpfs)
 * @param anyThread whether write, sync and submit may be called from any thread, one that ends right afterwards included,
 *     never block, and complete without {@link Device#drive} being called. If false, they are called only by threads
 *     that stay until what they issued has completed
 * @param description what is in use, for people: for example {@code "FileChannel, O_DIRECT asked for, ext4"}
 */
public record Traits(
        int blockSize,
        int memoryAlignment,
        long maxTransfer,
        int depth,
        boolean volatileMedium,
        boolean anyThread,
        String description) {

    /** Checks the ranges. */
    public Traits {
        if (blockSize < 512 || blockSize > 1 << 16 || Integer.bitCount(blockSize) != 1) {
            throw new IllegalArgumentException("blockSize " + blockSize + " is not a power of two from 512 to 65536");
        }
        if (memoryAlignment < 1 || Integer.bitCount(memoryAlignment) != 1) {
            throw new IllegalArgumentException("memoryAlignment " + memoryAlignment + " is not a power of two");
        }
        if (depth < 1) {
            throw new IllegalArgumentException("depth " + depth + " is less than 1");
        }
    }
}

/**
 * The API of LSS, a log-structured store for the JVM, and the two service provider interfaces behind it.
 *
 * <p><b>Who requires it:</b> every user of a store ({@link io.lss.api}), every author of a storage provider
 * ({@link io.lss.spi.flush}), and every author of a whole engine ({@link io.lss.spi.store}).
 *
 * <p><b>What it provides and uses:</b> it provides nothing. It uses {@link io.lss.spi.store.StoreEngine}; the engine
 * ({@code io.lss.core}) in turn uses {@link io.lss.spi.flush.DeviceProvider}. Both are found by
 * {@link java.util.ServiceLoader}, on the module path (service binding resolves them, no {@code --add-modules} needed)
 * and on the class path.
 *
 * <p><b>What it must never depend on:</b> anything but {@code java.base} at run time. The nullness annotations of
 * JSpecify are needed to compile only.
 *
 * <p><b>Run-time flags:</b> none.
 */
@org.jspecify.annotations.NullMarked
module io.lss.api {
    requires static org.jspecify;

    exports io.lss.api;
    exports io.lss.spi.flush;
    exports io.lss.spi.store;

    uses io.lss.spi.store.StoreEngine;
}

package io.lss.tck;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the store's own log quiet where thousands of stores fail and recover on purpose. By reflection: nothing in the kit requires
 * {@code java.logging}, which is what System.Logger uses unless told otherwise.
 */
final class QuietLog implements AutoCloseable {

    private final Object logger;
    private final @Nullable Object before;

    /** Switches the logger {@code io.lss} off until closed. */
    QuietLog() {
        try {
            logger = Class.forName("java.util.logging.Logger").getMethod("getLogger", String.class).invoke(null, "io.lss");
            before = logger.getClass().getMethod("getLevel").invoke(logger);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("java.logging has changed", e);
        }
        set(level("OFF"));
    }

    private static Object level(String name) {
        try {
            return Class.forName("java.util.logging.Level").getField(name).get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("java.logging has changed", e);
        }
    }

    private void set(@Nullable Object level) {
        try {
            logger.getClass().getMethod("setLevel", Class.forName("java.util.logging.Level")).invoke(logger, level);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("java.logging has changed", e);
        }
    }

    @Override
    public void close() {
        set(before);
    }
}

package io.lss.core.crash;

/** Keeps the store's own log quiet where thousands of stores fail and recover on purpose. */
final class QuietLog {

    private QuietLog() {}

    /** Switches the logger {@code io.lss} of java.util.logging off, which is what System.Logger uses unless told otherwise. */
    static void quiet() {
        try {
            // By reflection: nothing here requires java.logging.
            Class<?> logger = Class.forName("java.util.logging.Logger");
            Class<?> level = Class.forName("java.util.logging.Level");
            Object store = logger.getMethod("getLogger", String.class).invoke(null, "io.lss");
            logger.getMethod("setLevel", level).invoke(store, level.getField("OFF").get(null));
            KEPT[0] = store;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("java.logging has changed", e);
        }
    }

    /** Loggers are held weakly by their manager. */
    private static final Object[] KEPT = new Object[1];
}

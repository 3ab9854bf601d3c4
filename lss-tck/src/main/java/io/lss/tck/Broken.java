package io.lss.tck;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says which rule is broken, and how. */
final class Broken {

    /** A call that must fail. */
    @FunctionalInterface
    interface Call {
        @Nullable Object run() throws Exception;
    }

    private Broken() {}

    /** Fails unless something holds. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in an artifact that users of the kit would have to have
    static void unless(boolean holds, Rule rule, String otherwise, @Nullable Object... details) {
        if (!holds) {
            throw new AssertionError(rule + ": " + String.format(otherwise, details));
        }
    }

    /** {@return with what a call failed; fails if it did not, or otherwise} */
    static <X extends Throwable> X unlessThrown(Class<X> type, Rule rule, String what, Call call) {
        Object came;
        try {
            came = call.run();
        } catch (Throwable e) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            throw new AssertionError(rule + ": " + what + " must throw " + type.getSimpleName() + ", it threw " + e, e);
        }
        throw new AssertionError(rule + ": " + what + " must throw " + type.getSimpleName() + ", it returned " + came);
    }

    /** {@return what a call gives; an exception means that a rule is broken} */
    static <T> T ifThrown(Rule rule, String what, java.util.concurrent.Callable<T> call) {
        try {
            return call.call();
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(rule + ": " + what + " threw " + e, e);
        } catch (Exception e) {
            throw new AssertionError(rule + ": " + what + " threw what it must not: " + e, e);
        }
    }
}

package io.lss.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Whether memory stays where it is as long as somebody holds it. Such is memory of the automatic and of the global arena; that of
 * a confined or shared one is given back whenever its owner closes it, also while the kernel still writes there: a call keeps the arena
 * open until it returns, and a request in a ring does not.
 *
 * <p>The Java API does not say of a scope which kind it is. But a scope of another kind is of another class, today; if that changes, no
 * scope counts as lasting, and such reads go by way of a bounce.
 */
final class Lasting {

    private static final Class<?> AUTOMATIC = Arena.ofAuto().scope().getClass();
    private static final Class<?> GLOBAL = Arena.global().scope().getClass();
    private static final boolean TOLD_APART = toldApart();

    private Lasting() {}

    private static boolean toldApart() {
        try (Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            Class<?> first = confined.scope().getClass();
            Class<?> second = shared.scope().getClass();
            return first != AUTOMATIC && first != GLOBAL && second != AUTOMATIC && second != GLOBAL;
        }
    }

    /** {@return whether it does, as far as is known} */
    static boolean is(MemorySegment memory) {
        Class<?> scope = memory.scope().getClass();
        return TOLD_APART && (scope == AUTOMATIC || scope == GLOBAL);
    }
}

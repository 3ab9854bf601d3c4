package io.lss.tck.sim;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the fault plan says about one operation.
 *
 * @param name the operation, for messages: ordinal, kind, segment, position
 * @param crash whether the machine stops in it
 * @param failure FAIL or NO_SPACE, or null
 * @param delayNanos how much longer it takes
 * @param stuck whether it does not complete by itself
 */
record Verdict(String name, boolean crash, Fault.@Nullable Effect failure, long delayNanos, boolean stuck) {

    /** {@return why the operation fails, null if it does not} */
    @Nullable IOException toException() {
        return switch (failure) {
            case FAIL -> new IOException("Input/output error (EIO): simulated, at " + name);
            case NO_SPACE -> new IOException("No space left on device (ENOSPC): simulated, at " + name);
            case null, default -> null;
        };
    }
}

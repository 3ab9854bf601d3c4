package io.lss.tck.program;

import io.lss.api.Durability;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.time.Duration;

/**
 * The options that a program chooses.
 *
 * @param writeMode in which order buffers go to the device
 * @param durability what stable means
 * @param buffers how many there are
 * @param lingerMillis how long a record may stay in an open buffer; 0: for ever
 * @param timeoutMillis how long a reservation may hold back a sealed buffer; 0: for ever
 * @param checked whether misuse is looked for
 * @param callerDriven whether the store has no thread of its own
 */
record StoreSettings(
        WriteMode writeMode, Durability durability, int buffers, int lingerMillis, int timeoutMillis, boolean checked, boolean callerDriven) {

    StoreOptions applyTo(StoreOptions base) {
        return base.toBuilder()
                .writeMode(writeMode)
                .durability(durability)
                .buffers(buffers)
                .linger(Duration.ofMillis(lingerMillis))
                .reservationTimeout(Duration.ofMillis(timeoutMillis))
                .checked(checked)
                .callerDriven(callerDriven)
                .build();
    }

    @Override
    public String toString() {
        return writeMode + ", " + durability + ", " + buffers + " buffers"
                + (lingerMillis == 0 ? "" : ", linger " + lingerMillis + " ms")
                + (timeoutMillis == 0 ? "" : ", reservation timeout " + timeoutMillis + " ms")
                + (checked ? ", checked" : "")
                + (callerDriven ? ", caller-driven" : "");
    }
}

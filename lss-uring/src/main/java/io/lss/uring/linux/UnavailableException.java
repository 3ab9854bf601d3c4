package io.lss.uring.linux;

import java.io.IOException;

/** io_uring cannot be used as it was asked for: why, and what the user can do about it. */
public final class UnavailableException extends IOException {

    private static final long serialVersionUID = 1;

    private final String reason;
    private final String remedy;

    /**
     * {@code REASON; REMEDY}.
     *
     * @param reason why
     * @param remedy what to do, down to the flag or command to type; may be empty
     */
    public UnavailableException(String reason, String remedy) {
        super(remedy.isEmpty() ? reason : reason + "; " + remedy);
        this.reason = reason;
        this.remedy = remedy;
    }

    /** {@return why} */
    public String reason() {
        return reason;
    }

    /** {@return what to do; may be empty} */
    public String remedy() {
        return remedy;
    }
}

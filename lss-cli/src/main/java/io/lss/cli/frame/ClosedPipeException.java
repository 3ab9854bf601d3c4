package io.lss.cli.frame;

import java.io.IOException;

/** Nobody reads the output any more, as in {@code lss cat STORE | head}: a reason to end, not a failure. */
public final class ClosedPipeException extends IOException {
    private static final long serialVersionUID = 1L;

    ClosedPipeException(IOException cause) {
        super("nobody reads the output any more", cause);
    }
}

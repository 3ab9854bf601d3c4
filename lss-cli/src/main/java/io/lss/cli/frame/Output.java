package io.lss.cli.frame;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, whose first failure is kept: a {@link java.io.PrintStream} over it says nothing, and the command must
 * not end as if its output had arrived. After a failure every write fails in the same way. Safe for many threads.
 */
final class Output extends OutputStream {
    private final OutputStream out;
    private final BooleanSupplier isPipe;
    private @Nullable IOException failure;

    /**
     * Over a stream.
     *
     * @param out where it goes
     * @param isPipe whether, when a write has failed, that is because the reader is gone
     */
    Output(OutputStream out, BooleanSupplier isPipe) {
        this.out = out;
        this.isPipe = isPipe;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        throwFailure();
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        throwFailure();
        try {
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private IOException failed(IOException e) {
        IOException why = isPipe.getAsBoolean()
                ? new ClosedPipeException(e)
                : new IOException("cannot write to standard output: " + e.getMessage(), e);
        failure = why;
        return why;
    }

    /** Throws what went wrong first, if anything did. */
    synchronized void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}

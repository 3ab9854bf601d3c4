package io.lss.cli.frame;

import io.lss.cli.text.Screen;
import io.lss.cli.text.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Where a run of the command line reads and writes. */
public final class Streams {
    private static final int BUFFER = 64 << 10;

    private final InputStream in;
    private final Output out;
    private final BufferedOutputStream buffered;
    private final PrintStream report;
    private final PrintStream notes;
    private final Screen screen;

    private Streams(
            InputStream in, OutputStream out, BooleanSupplier isPipe, PrintStream notes, Charset charset, boolean interactive) {
        this.in = in;
        this.out = new Output(out, isPipe);
        this.buffered = new BufferedOutputStream(this.out, BUFFER);
        this.report = new PrintStream(buffered, false, charset);
        this.notes = notes;
        this.screen = new Screen(report, notes, interactive);
    }

    /** {@return those of this process} */
    public static Streams ofProcess() {
        Charset charset = Charset.forName(System.getProperty("stdout.encoding", "UTF-8"), StandardCharsets.UTF_8);
        return new Streams(
                Terminal.isStandardInputClosed() ? new ClosedInput() : new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                Terminal::isStandardOutputPipe,
                System.err,
                charset,
                Terminal.canShowProgress());
    }

    /**
     * {@return others, for tests} A write that fails with a message about a pipe is taken for one whose reader is gone.
     *
     * @param in standard input
     * @param out standard output
     * @param err standard error
     */
    public static Streams of(InputStream in, OutputStream out, OutputStream err) {
        PipeByMessage pipe = new PipeByMessage(out);
        return new Streams(
                in, pipe, pipe::isBroken, new PrintStream(err, true, StandardCharsets.UTF_8), StandardCharsets.UTF_8, false);
    }

    /** {@return standard input} */
    public InputStream in() {
        return in;
    }

    /**
     * {@return standard output, buffered, for bytes} A write throws {@link ClosedPipeException} when nobody reads any more. The same
     * buffer as that of {@link #screen}, so what is written here and reported there keeps its order.
     */
    public OutputStream out() {
        return buffered;
    }

    /** {@return standard error} */
    public PrintStream notes() {
        return notes;
    }

    /** {@return standard output as text, line by line, with a progress bar where there is a terminal} */
    public Screen screen() {
        return screen;
    }

    /** {@return standard output as text; needs to be flushed} */
    public PrintStream report() {
        return report;
    }

    /**
     * Sees to it that all output is out.
     *
     * @throws ClosedPipeException if nobody has read it all
     * @throws IOException if it could not be written; also if that happened long ago
     */
    public void flush() throws IOException {
        report.flush();
        out.throwFailure();
    }

    /** Standard input of a process that was started without: its descriptor is that of a file of the JVM's, which must not be read, or closed. */
    private static final class ClosedInput extends InputStream {
        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("standard input is closed; give it something to read, or </dev/null");
        }
    }

    /** Goes by the message, the only thing known of a stream that is not that of the process. */
    private static final class PipeByMessage extends OutputStream {
        private final OutputStream out;
        private boolean broken;

        PipeByMessage(OutputStream out) {
            this.out = out;
        }

        boolean isBroken() {
            return broken;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                broken = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}

package io.lss.cli.text;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Where a command writes: its report to one stream, line by line, and a progress bar to another, if that is a
 * terminal. The two may be the same terminal; a line never ends up behind a bar.
 *
 * <p>Safe for many threads.
 */
public final class Screen {
    /**
     * Around a bar: what does not fit into the line is cut off, not continued in the next one, whatever the width, which is not known.
     */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    /** To the begin of the line, which is then empty. */
    private static final String WIPE = "\r\033[K";

    private final PrintStream report;
    private final PrintStream notes;
    private final boolean interactive;
    private final Object lock = new Object();
    private boolean hasBar;
    private boolean ended;

    /**
     * Writes to the given streams.
     *
     * @param report for the report
     * @param notes for warnings and the progress bar
     * @param interactive whether there is somebody to watch a progress bar
     */
    public Screen(PrintStream report, PrintStream notes, boolean interactive) {
        this.report = report;
        this.notes = notes;
        this.interactive = interactive;
    }

    /**
     * Writes a line of the report.
     *
     * @param text the line
     */
    public void line(String text) {
        synchronized (lock) {
            wipe();
            report.print(text);
            report.print('\n');
            report.flush();
        }
    }

    /**
     * Begins a part of the report.
     *
     * @param title what it is about
     */
    public void heading(String title) {
        line("");
        line(title);
    }

    /**
     * Writes a line of the report that names what it tells.
     *
     * @param label what
     * @param text its value
     */
    public void row(String label, String text) {
        line(String.format(Locale.ROOT, "  %-13s  %s", label, text));
    }

    /**
     * Writes what the user must know beside the report.
     *
     * @param text the warning
     */
    public void warn(String text) {
        synchronized (lock) {
            wipe();
            notes.print("lss: " + text + '\n');
            notes.flush();
        }
    }

    /**
     * Shows how something advances, until the result is closed.
     *
     * @param what it is, in one or two words
     * @param total how far it goes
     * @param done how far it is; asked for by another thread
     * @return to be closed at the end
     */
    public Progress progress(String what, long total, LongSupplier done) {
        return interactive ? Progress.shown(this, what, total, done) : Progress.hidden();
    }

    /**
     * Shows that something goes on whose end is not known, and for how long, until the result is closed.
     *
     * @param what it is, in one or two words
     * @return to be closed at the end
     */
    public Progress busy(String what) {
        return interactive ? Progress.busy(this, what) : Progress.hidden();
    }

    /** Takes a bar away, and draws none any more: the process is about to end, wherever its threads are. */
    public void endBars() {
        synchronized (lock) {
            ended = true;
            wipe();
        }
    }

    void bar(String text) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            // In one piece: whoever else writes to the terminal, or ends this, leaves it as it should be.
            // The cursor waits at the begin of the line: what the terminal echoes there, such as ^C, is wiped with the bar.
            notes.print((hasBar ? WIPE : "") + NO_WRAP + text + '\r' + WRAP);
            notes.flush();
            hasBar = true;
        }
    }

    void wipeBar() {
        synchronized (lock) {
            wipe();
        }
    }

    private void wipe() {
        if (hasBar) {
            notes.print(WIPE);
            notes.flush();
            hasBar = false;
        }
    }
}

package io.lss.cli.text;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A progress bar, drawn by a thread of its own until it is closed. */
public final class Progress implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final int WIDTH = 40;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final @Nullable Thread painter;

    private Progress(@Nullable Screen screen, Supplier<String> text) {
        painter = screen == null
                ? null
                : Thread.ofPlatform().daemon().name("progress").unstarted(() -> paint(screen, text));
    }

    /** {@return none} */
    public static Progress hidden() {
        return new Progress(null, () -> "");
    }

    static Progress shown(Screen screen, String what, long total, LongSupplier done) {
        return started(new Progress(screen, () -> text(what, total, done.getAsLong())));
    }

    static Progress busy(Screen screen, String what) {
        long began = System.nanoTime();
        return started(new Progress(
                screen,
                () -> String.format(
                        Locale.ROOT, "  %-20.20s %d s", what, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began))));
    }

    private static Progress started(Progress progress) {
        if (progress.painter != null) {
            progress.painter.start();
        }
        return progress;
    }

    private void paint(Screen screen, Supplier<String> text) {
        try {
            do {
                screen.bar(text.get());
            } while (!ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        screen.wipeBar();
    }

    /** {@return the bar at one moment; never longer than 78 characters, and with the share in front, where a narrow terminal shows it} */
    static String text(String what, long total, long done) {
        double share = total <= 0 ? 1 : Math.clamp((double) done / total, 0.0, 1.0);
        int full = (int) (share * WIDTH);
        return String.format(
                Locale.ROOT,
                "  %-20.20s %3.0f %% [%s%s]",
                what,
                share * 100,
                "#".repeat(full),
                " ".repeat(WIDTH - full));
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        ended.countDown();
        boolean interrupted = false;
        while (painter != null && painter.isAlive()) {
            try {
                painter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.lss.faults;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends the process, with all stacks, if a layer takes far longer than it may: a hang is no reason to wait for ever. */
final class Watchdog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final CountDownLatch ended = new CountDownLatch(1);

    Watchdog(String layer, Request request) {
        long seconds = request.limit().toSeconds() + (long) (PATIENCE.toSeconds() * Math.max(1, request.scale()));
        Thread.ofPlatform().daemon().name("watchdog").start(() -> watch(layer, seconds));
    }

    private void watch(String layer, long seconds) {
        try {
            if (ended.await(seconds, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            return;
        }
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            System.out.println(thread);
            for (StackTraceElement each : stack) {
                System.out.println("    at " + each);
            }
        });
        System.out.println("VIOLATION in " + layer + ": it has not ended after " + seconds + " s; stacks above");
        System.exit(1);
    }

    @Override
    public void close() {
        ended.countDown();
    }
}

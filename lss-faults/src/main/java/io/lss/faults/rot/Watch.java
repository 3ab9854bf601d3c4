package io.lss.faults.rot;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sees whether a case takes so long that it hangs. Safe for many threads. */
final class Watch {

    private record Running(String what, long since) {}

    private final long limitNanos;
    private final Map<Thread, Running> running = new ConcurrentHashMap<>();

    Watch(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** The calling thread begins a case. */
    void begin(String what) {
        running.put(Thread.currentThread(), new Running(what, System.nanoTime()));
    }

    /** The calling thread has ended its case. */
    void end() {
        running.remove(Thread.currentThread());
    }

    /** {@return the case that hangs, with the stacks of all threads; null if none does} */
    @Nullable String hung() {
        for (Running each : running.values()) {
            if (System.nanoTime() - each.since() > limitNanos) {
                return each.what() + stacks();
            }
        }
        return null;
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
            text.append(System.lineSeparator()).append("  ").append(each.getKey());
            for (StackTraceElement frame : each.getValue()) {
                text.append(System.lineSeparator()).append("      at ").append(frame);
            }
        }
        return text.toString();
    }
}

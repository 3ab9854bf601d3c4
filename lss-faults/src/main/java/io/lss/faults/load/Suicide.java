package io.lss.faults.load;

import io.lss.faults.load.Moment.Operation;
import io.lss.faults.load.Moment.Phase;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills the process at a chosen moment by SIGKILL: nothing is flushed, no hook runs. */
final class Suicide implements Watcher {

    private static final int SIGKILL = 9;
    private static final int MOST_NANOS_WITHIN = 300_000;

    private final Moment moment;
    private final AtomicInteger count = new AtomicInteger();
    private final MethodHandle kill;

    @SuppressWarnings("restricted") // a call of the C library
    Suicide(Moment moment) {
        this.moment = moment;
        Linker linker = Linker.nativeLinker();
        this.kill = linker.downcallHandle(
                linker.defaultLookup().find("kill").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    @Override
    public Watch begins(Operation operation) {
        boolean counts = moment.operation() == operation || moment.operation() == Operation.ANY;
        if (!counts || count.incrementAndGet() != moment.count()) {
            return NOTHING;
        }
        if (moment.phase() == Phase.BEFORE) {
            die();
        }
        return moment.phase() == Phase.WITHIN ? new Within() : new After();
    }

    private void die() {
        try {
            int status = (int) kill.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
            throw new IllegalStateException("kill returned " + status);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another thread kills, some time while the device is at it. */
    private final class Within implements Watch {
        @Override
        public void isUnderWay() {
            long at = System.nanoTime() + ThreadLocalRandom.current().nextLong(MOST_NANOS_WITHIN);
            Thread.ofPlatform().daemon().start(() -> {
                while (System.nanoTime() < at) {
                    Thread.onSpinWait();
                }
                die();
            });
        }
    }

    private final class After implements Watch {
        @Override
        public void hasEnded() {
            die();
        }
    }
}

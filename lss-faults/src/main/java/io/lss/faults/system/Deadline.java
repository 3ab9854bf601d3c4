package io.lss.faults.system;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A time in which something must have ended: if it is over, all stacks are printed, virtual threads' too, and the process
 * ends.
 */
final class Deadline implements AutoCloseable {

    private final CountDownLatch met = new CountDownLatch(1);

    /** For what is done until this is closed. */
    Deadline(String what, int seconds) {
        Thread.ofPlatform().daemon().name("deadline").start(() -> {
            try {
                if (!met.await(seconds, TimeUnit.SECONDS)) {
                    SubjectMain.say("violation", "a hang: not done in " + seconds + " s: " + what + "; stacks on standard error");
                    System.err.println(stacks());
                    Runtime.getRuntime().halt(4);
                }
            } catch (InterruptedException | IOException e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(5);
            }
        });
    }

    private static String stacks() throws IOException {
        Path file = Files.createTempDirectory("lss-faults-stacks").resolve("stacks");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        String text = Files.readString(file);
        Files.delete(file);
        Files.delete(file.getParent());
        return text;
    }

    @Override
    public void close() {
        met.countDown();
    }
}

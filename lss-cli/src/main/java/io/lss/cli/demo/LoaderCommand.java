package io.lss.cli.demo;

import io.lss.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The child process of {@code lss demo}. For the demo itself only. */
@Command(name = LoaderCommand.NAME, hidden = true, description = "The process that lss demo kills.")
public final class LoaderCommand implements Callable<Integer> {
    static final String NAME = "demo-loader";

    @Parameters(paramLabel = "DIR", description = "Where the demo left its plan.")
    private Path directory = Path.of("");

    /** Made by the command line parser. */
    public LoaderCommand() {}

    @Override
    public Integer call() throws IOException {
        CountDownLatch orphaned = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            awaitEndOfParent();
            orphaned.countDown();
            Runtime.getRuntime().halt(ExitCode.FAILED.code());
        });
        Loader.run(directory);
        try {
            orphaned.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK.code();
    }

    /** The parent holds the other end of standard input, and lets go of it even when it is killed. */
    private static void awaitEndOfParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written.
            }
        } catch (IOException e) {
            // As good as its end.
        }
    }
}

package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * Opens the directory given to it. As a program it prints {@code open}, or the name and message of what was thrown, and holds
 * the directory until its input ends. As a {@link Callable} it returns the open directory.
 */
public final class LockingChild implements Callable<AutoCloseable> {

    private final Path directory;

    /** Made by reflection, in another class loader. */
    public LockingChild(Path directory) {
        this.directory = directory;
    }

    @Override
    public AutoCloseable call() throws IOException {
        return StoreDirectory.open(directory, true, false, 0, Thread.currentThread().getName());
    }

    /** The program. */
    public static void main(String[] args) throws Exception {
        try (AutoCloseable _ = new LockingChild(Path.of(args[0])).call()) {
            System.out.println("open");
            while (System.in.read() >= 0) {
                // Until the parent closes it.
            }
        } catch (IOException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}

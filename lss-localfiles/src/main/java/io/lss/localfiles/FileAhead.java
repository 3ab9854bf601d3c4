package io.lss.localfiles;

import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * The file of a segment that will be created soon, made on a thread that has nothing else to do: nobody waits for it until the segment is
 * created, or the directory closed. Then it is to hurry.
 */
public final class FileAhead extends Task {

    /** Makes a file. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Makes a file of that length, with all its space; what else it does for it ends soon when somebody waits.
         *
         * @param file does not exist
         * @param bytes its length
         * @param hurried whether somebody waits
         * @throws IOException if it cannot
         */
        void make(Path file, long bytes, BooleanSupplier hurried) throws IOException;
    }

    private final Path file;
    private final long number;
    private final long bytes;
    private final Maker maker;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean hurried;

    /** Written before {@link #ended} counts down, read after. */
    private boolean made;

    FileAhead(Path file, long number, long bytes, Maker maker) {
        this.file = file;
        this.number = number;
        this.bytes = bytes;
        this.maker = maker;
    }

    Path file() {
        return file;
    }

    /** {@return whether it is for that segment} */
    boolean isFor(long segment, long length) {
        return number == segment && bytes == length;
    }

    @Override
    public void run(DeviceThread thread) {
        try {
            maker.make(file, bytes, () -> hurried);
            made = true;
        } catch (IOException | RuntimeException | Error e) {
            StoreDirectory.removeQuietly(file, e); // whoever creates the segment will meet the cause
        } finally {
            ended.countDown();
        }
    }

    @Override
    public void broken(OutOfMemoryError error) {
        ended.countDown();
    }

    @Override
    public void refuse(String why) {
        ended.countDown();
    }

    /** {@return whether nothing is made any more} */
    boolean isOver() {
        return ended.getCount() == 0;
    }

    /** Waits until it is over; an interrupt does not end the wait. {@return whether the file is there} */
    boolean take() {
        hurried = true;
        boolean interrupted = false;
        while (!isOver()) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return made;
    }
}

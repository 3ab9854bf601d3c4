package io.lss.faults.load;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes an account's first page to a place on a disk, past the page cache: on return the disk has been given it. */
final class Mirror {

    private final FileChannel disk;
    private final long position;
    private final ByteBuffer page = ByteBuffer.allocateDirect(2 * Account.PAGE).alignedSlice(Account.PAGE).limit(Account.PAGE);

    /** On a disk, which stays open until the process ends. */
    Mirror(Path disk, long position) throws IOException {
        this.disk = FileChannel.open(disk, StandardOpenOption.WRITE, direct());
        this.position = position;
    }

    /** Past the page cache. By name, because javac warns of a class that every JDK has had since 10. */
    private static OpenOption direct() throws IOException {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption").getField("DIRECT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }

    /** What is in the page when this begins is on the disk when it returns, or something later. */
    synchronized void write(MemorySegment account) throws IOException {
        page.rewind();
        MemorySegment.copy(account, 0, MemorySegment.ofBuffer(page), 0, Account.PAGE);
        while (page.hasRemaining()) {
            disk.write(page, position + page.position());
        }
    }
}

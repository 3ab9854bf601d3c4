package com.example.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * The files of H2 on machines whose power can be cut. What is in a file is what is in the page cache; what was not forced to the disk
 * can be taken back. Public, with a public constructor, because H2 makes instances of it.
 */
public final class PowerCutFiles extends FilePathWrapper {

    private static final Map<Path, Machine> MACHINES = new ConcurrentHashMap<>();

    static {
        FilePath.register(new PowerCutFiles());
    }

    /** {@return the machine whose disk is a directory} */
    static Machine machineFor(Path directory) {
        return MACHINES.computeIfAbsent(directory, Machine::new);
    }

    @Override
    public String getScheme() {
        return "nio";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Machine machine = MACHINES.get(Path.of(getBase().toString()).getParent());
        FileChannel file = getBase().open(mode);
        return machine == null ? file : machine.open(file);
    }

    /** A machine: it fails when it is told to, and stops. */
    static final class Machine {

        private final Path disk;
        private final List<OpenFile> open = new ArrayList<>();
        private int operationsLeft = Integer.MAX_VALUE;
        private boolean failWrite;
        private boolean failSync;
        private int cuts;

        private Machine(Path disk) {
            this.disk = disk;
        }

        synchronized FileChannel open(FileChannel file) {
            OpenFile opened = new OpenFile(this, file);
            open.add(opened);
            return opened;
        }

        /** Lets the next write or sync fail. */
        synchronized void failNext(boolean sync) {
            failSync |= sync;
            failWrite |= !sync;
        }

        /** Stops the machine in the n-th write or sync from now: it has no effect, nor has any that follows. */
        synchronized void stopIn(int operation) {
            operationsLeft = operation - 1;
        }

        /**
         * Cuts the power, and starts the machine again. What was not synced is lost, but every third time: then all of it happens to
         * have reached the disk, since that may happen too. Not every second time: a test may write in two ways by turns.
         */
        synchronized void cutPower() throws IOException {
            boolean lost = ++cuts % 3 != 0;
            for (OpenFile file : open) {
                file.die(lost);
            }
            open.clear();
            operationsLeft = Integer.MAX_VALUE;
            failWrite = false;
            failSync = false;
        }

        void forget() {
            MACHINES.remove(disk);
        }

        private void begin(boolean sync) throws IOException {
            if (operationsLeft == 0) {
                throw new IOException("the machine has stopped");
            }
            operationsLeft--;
            if (sync ? failSync : failWrite) {
                failSync &= !sync;
                failWrite &= sync;
                throw new IOException(sync ? "pretended failure of a sync" : "pretended failure of a write");
            }
        }
    }

    /** What a range of a file held before it was overwritten, and how long the file was. */
    private record Before(long position, byte[] bytes, long size) {}

    /** An open file, with what it takes to undo all that was not synced. */
    private static final class OpenFile extends FileBaseDefault {

        private final Machine machine;
        private final FileChannel file;
        private final Deque<Before> unsynced = new ArrayDeque<>();
        private boolean dead;

        OpenFile(Machine machine, FileChannel file) {
            this.machine = machine;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            synchronized (machine) {
                alive();
                machine.begin(false);
                remember(position, source.remaining());
                return file.write(source, position);
            }
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            synchronized (machine) {
                alive();
                machine.begin(false);
                remember(size, (int) Math.max(0, file.size() - size));
                file.truncate(size);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (machine) {
                alive();
                machine.begin(true);
                file.force(metadata);
                unsynced.clear();
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            synchronized (machine) {
                if (!dead) {
                    file.close();
                }
            }
        }

        private void alive() throws IOException {
            if (dead) {
                throw new IOException("the machine has stopped");
            }
        }

        private void remember(long position, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
                // goes on
            }
            byte[] held = new byte[bytes.position()];
            bytes.flip().get(held);
            unsynced.push(new Before(position, held, file.size()));
        }

        /** Ends the file, and with it the lock; takes back what was not synced, if that is lost. */
        private void die(boolean lost) throws IOException {
            if (dead || !file.isOpen()) {
                return;
            }
            dead = true;
            while (lost && !unsynced.isEmpty()) {
                Before before = unsynced.pop();
                file.write(ByteBuffer.wrap(before.bytes()), before.position());
                file.truncate(before.size());
            }
            file.close();
        }
    }
}

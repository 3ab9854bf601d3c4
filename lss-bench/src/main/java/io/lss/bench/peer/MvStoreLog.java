package io.lss.bench.peer;

import io.lss.bench.work.Log;
import io.lss.bench.work.Records;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/**
 * H2's MVStore: a tree in a file that is only appended to. The key of a record is its stamp, the value the rest; each appender has a map of its
 * own, named by the first stamp in it, so that names and keys together are in the order of stamps. What it leaves out beside ours: headers and
 * footers of chunks have a checksum, the pages in them two bytes that cover no record. Of several threads
 * that commit, one may store what others appended, but each syncs for itself: it offers no way to share that.
 */
final class MvStoreLog implements Log {

    private static final String END = "end";

    /** Bulk: so much is collected, in KiB of memory, before the store writes it, on threads of its own; 4 and 64 MiB were no faster. */
    private static final int BUFFER_KIB = 16 << 10;

    private final Path file;
    private final Work work;
    private final byte[] rest;
    private MVStore store;

    MvStoreLog(Path directory, Work work) throws IOException {
        this.file = directory.resolve("log.mv");
        this.work = work;
        byte[] filled = Records.filled(work.recordBytes());
        this.rest = Arrays.copyOfRange(filled, Long.BYTES, filled.length);
        this.store = open();
    }

    private MVStore open() throws IOException {
        MVStore.Builder builder = new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitDisabled()
                .autoCommitBufferSize(work.kind() == Work.Kind.COMMIT ? 0 : BUFFER_KIB)
                .autoCompactFillRate(0);
        try {
            MVStore opened = builder.open();
            opened.setVersionsToKeep(0);
            return opened;
        } catch (MVStoreException e) {
            throw new IOException(e);
        }
    }

    private MVMap<Long, byte[]> map(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<Long, byte[]>()
                        .keyType(LongDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE)
                        .singleWriter());
    }

    private static String name(long firstStamp) {
        return String.format("%016x", firstStamp);
    }

    @Override
    public Appender appender() {
        return new Appender() {
            private @Nullable MVMap<Long, byte[]> map;

            @Override
            public void append(long stamp) throws IOException {
                try {
                    MVMap<Long, byte[]> to = map;
                    if (to == null) {
                        to = map(name(stamp));
                        map = to;
                    }
                    to.append(stamp, rest);
                } catch (MVStoreException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void commit(long stamp) throws IOException {
                append(stamp);
                makeDurable();
            }
        };
    }

    private void makeDurable() throws IOException {
        try {
            long _ = store.commit();
            store.sync();
        } catch (MVStoreException e) {
            throw new IOException(e);
        }
    }

    /** A commit without a change would not wait for the ones that the store has begun by itself. */
    @Override
    public void sync() throws IOException {
        map(END).append(0L, rest);
        makeDurable();
    }

    @Override
    public void readBack(Reader reader) throws IOException {
        close();
        store = open();
        try {
            for (String name : new TreeSet<>(store.getMapNames())) {
                if (name.equals(END)) {
                    continue;
                }
                Cursor<Long, byte[]> all = map(name).cursor(null);
                while (all.hasNext()) {
                    long stamp = all.next();
                    byte[] value = all.getValue();
                    reader.record(stamp, Long.BYTES + value.length, value[value.length - 1]);
                }
            }
        } catch (MVStoreException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            store.close();
        } catch (MVStoreException e) {
            throw new IOException(e);
        }
    }
}

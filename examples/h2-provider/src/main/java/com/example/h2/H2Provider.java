package com.example.h2;

import io.lss.api.*;
import io.lss.spi.flush.*;
import java.io.IOException;
import java.lang.foreign.*;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.sql.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.locks.LockSupport;
import org.h2.api.ErrorCode;

/** Keeps a log in tables of an H2 database, at {@code h2:/directory/name}. */
public final class H2Provider implements DeviceProvider {
    @Override public String name() { return "h2"; }
    @Override public int preference() { return 50; }
    @Override public Probe probe(URI location) {
        boolean good = "h2".equals(location.getScheme()) && location.getSchemeSpecificPart().matches("(nio:)?/[^;]*[^;/]");
        return good ? Probe.available("H2 database") : Probe.unavailable(location + " names no H2 database", "write h2:/directory/name");
    }
    @Override public Device open(URI location, DeviceOptions options) throws IOException {
        if (!probe(location).available()) throw new StoreLocationException(probe(location).explanation());
        if (!options.properties().isEmpty()) throw new IllegalArgumentException("h2 has no properties, not " + options.properties());
        return new H2Device(location.getSchemeSpecificPart(), options);
    }
}

/** An open database. All work in it is done by one thread that nobody can interrupt: in a thread that is, H2 closes its file. */
final class H2Device implements Device {
    private static final int BLOCK = 4096;
    private final ExecutorService worker = // a thread that ends when there is nothing to do, so that nobody has to end it
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().factory());
    private volatile Connection connection; // used by the worker only
    private volatile boolean syncFailed, closed, woken;
    private volatile Thread driver;
    private final Traits traits;

    H2Device(String name, DeviceOptions options) throws IOException {
        Path directory = Path.of(name.replaceFirst("^nio:", "")).getParent();
        if (!Files.isDirectory(directory)) throw new StoreLocationException(directory + " is no directory: create it first");
        String type = Files.getFileStore(directory).type();
        traits = new Traits(BLOCK, 1, 1 << 30, 4, type.equals("tmpfs"), true, "H2 database on " + type);
        try { call(() -> connect(name, directory, options)); }
        catch (IOException e) { close(); throw e; }
    }
    private Void connect(String name, Path directory, DeviceOptions options) throws SQLException, IOException {
        // OPEN_NEW: otherwise a second owner in this JVM would share the first one's database, and not meet the lock on its file.
        connection = DriverManager.getConnection("jdbc:h2:" + name + ";OPEN_NEW=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"
                + ";TRACE_LEVEL_FILE=0;IFEXISTS=" + !(options.create() || options.mustCreate()));
        connection.setAutoCommit(false);
        sql("CREATE TABLE IF NOT EXISTS segment (number BIGINT PRIMARY KEY, bytes BIGINT)");
        sql("CREATE TABLE IF NOT EXISTS root (copy BIGINT PRIMARY KEY, image VARBINARY(4096))");
        sql("CREATE TABLE IF NOT EXISTS block (segment BIGINT REFERENCES segment ON DELETE CASCADE, position BIGINT,"
                + " data VARBINARY(4096), PRIMARY KEY (segment, position))");
        if (options.mustCreate() && !sql("SELECT copy, image FROM root").isEmpty()) throw new StoreLocationException(name + " is a store");
        try (FileChannel entries = FileChannel.open(directory)) { entries.force(true); }
        return commit(true); // what a dead owner left, too: it may be in the page cache only, and is trusted from now on
    }
    private SortedMap<Long, Object> sql(String text, Object... values) throws SQLException { // rows: second column by first
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
            SortedMap<Long, Object> rows = new TreeMap<>();
            ResultSet result = statement.execute() ? statement.getResultSet() : null;
            while (result != null && result.next()) rows.put(result.getLong(1), result.getObject(2));
            return rows;
        }
    }
    /** COMMIT gives the changes to the operating system: they survive this process. CHECKPOINT SYNC makes them survive power loss. */
    private Void commit(boolean durable) throws SQLException {
        connection.commit();
        if (!durable) return null;
        if (syncFailed) throw new SQLException("a sync has failed"); // H2 goes on, and would pass over in silence what that one lost
        syncFailed = true;
        sql("CHECKPOINT SYNC");
        syncFailed = false;
        return null;
    }
    private <T> CompletableFuture<T> start(Callable<T> work) { // does not wait
        return CompletableFuture.supplyAsync(() -> {
            try {
                if (connection != null) connection.rollback(); // what work that failed has left
                return work.call();
            } catch (Throwable e) {
                throw new CompletionException(switch (e instanceof SQLException s ? s.getErrorCode() : 0) {
                    case ErrorCode.DATABASE_ALREADY_OPEN_1 -> new StoreLockedException("another owner has the database", e);
                    case ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1 -> new StoreLocationException("there is no database", e);
                    default -> e instanceof IOException ? e : new IOException("H2: " + e.getMessage(), e);
                });
            }
        }, worker);
    }
    private <T> T call(Callable<T> work) throws IOException { // waits; an interrupt ends neither the work nor the waiting
        try {
            return start(work).join();
        } catch (CompletionException e) {
            throw (IOException) e.getCause();
        }
    }
    private void change(String text, Object... values) throws IOException { call(() -> { sql(text, values); return commit(true); }); }
    @Override public Traits traits() { return traits; }
    @Override public MemorySegment allocate(long bytes) { return Arena.ofAuto().allocate(bytes, BLOCK); }
    @Override public Optional<byte[]> readRoot(int copy) throws IOException {
        return Optional.ofNullable((byte[]) call(() -> sql("SELECT copy, image FROM root")).get((long) copy));
    }
    @Override public void writeRoot(int copy, byte[] image) throws IOException { change("MERGE INTO root VALUES (?, ?)", copy, image); }
    @Override public long[] segments() throws IOException {
        return call(() -> sql("SELECT number, bytes FROM segment")).keySet().stream().mapToLong(Long::longValue).toArray();
    }
    @Override public Segment create(long number, long bytes) throws IOException {
        change("INSERT INTO segment VALUES (?, ?)", number, bytes);
        return new H2Segment(number, bytes, true);
    }
    @Override public Segment open(long number) throws IOException {
        Object bytes = call(() -> sql("SELECT number, bytes FROM segment")).get(number);
        if (bytes == null) throw new NoSuchFileException("segment " + number);
        return new H2Segment(number, (Long) bytes, false);
    }
    @Override public void delete(long number) throws IOException { change("DELETE FROM segment WHERE number = ?", number); }
    @Override public void submit() {}
    @Override public void wakeup() { woken = true; LockSupport.unpark(driver); }
    @Override public int drive(long nanos) {
        driver = Thread.currentThread();
        if (!woken && !closed) LockSupport.parkNanos(this, nanos);
        woken = false;
        return 0;
    }
    @Override public void close() throws IOException {
        if (!closed && connection != null) call(() -> { closed = true; connection.close(); return null; }); // after all that is under way
    }
    void start(long length, Completion completion, Callable<?> work) {
        start(work).whenComplete((_, e) -> completion.done(length, e == null ? null : (IOException) e.getCause()));
    }
    private final class H2Segment implements Segment {
        private final long number, bytes;
        private volatile boolean writable;
        H2Segment(long number, long bytes, boolean writable) { this.number = number; this.bytes = bytes; this.writable = writable; }
        @Override public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            byte[] data = src.toArray(ValueLayout.JAVA_BYTE); // a copy: the caller's memory is not touched any more
            boolean good = position >= 0 && data.length > 0 && (position | data.length) % BLOCK == 0 && data.length <= bytes - position;
            if (!good) throw new IllegalArgumentException(data.length + " bytes at " + position + " of segment " + number);
            start(data.length, completion, () -> {
                if (!writable) throw new IOException("segment " + number + " is not open for writing");
                for (int at = 0; at < data.length; at += BLOCK) {
                    sql("INSERT INTO block VALUES (?, ?, ?)", number, position + at, Arrays.copyOfRange(data, at, at + BLOCK));
                }
                return commit(durable);
            });
        }
        @Override public void sync(Completion completion) { start(0, completion, () -> commit(true)); }
        @Override public long read(MemorySegment dst, long position) throws IOException {
            if (position < 0 || dst.isReadOnly()) throw new IllegalArgumentException("read from " + position + " into " + dst);
            long end = Math.min(position + dst.byteSize(), Math.max(position, bytes));
            String blocks = "SELECT position, data FROM block WHERE segment = ? AND position > ? AND position < ?";
            call(() -> sql(blocks, number, position - BLOCK, end)).forEach((at, data) -> {
                long from = Math.max(at, position);
                int length = (int) (Math.min(at + BLOCK, end) - from);
                MemorySegment.copy(data, (int) (from - at), dst, ValueLayout.JAVA_BYTE, from - position, length);
            });
            return end - position;
        }
        @Override public void finish(long end) throws IOException { call(() -> null); } // nothing to give back
        @Override public void close() { writable = false; }
    }
}

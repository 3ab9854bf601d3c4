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
import java.util.concurrent.atomic.AtomicBoolean;

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
/** An open database. One thread works in it that nobody can interrupt: H2 would close its file. No space is reused or compacted: H2 2.3 can spoil it so. */
final class H2Device implements Device {
    private static final int BLOCK = 4096;
    private final Executor worker = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>()); // ends when idle
    private final Traits traits;
    private final String url; // OPEN_NEW: or a second owner in this JVM would share the first one's database, not meet its lock
    private volatile Connection connection; // used by the worker only
    private volatile boolean failed, closed;
    private final Semaphore wakeups = new Semaphore(0);
    H2Device(String name, DeviceOptions options) throws IOException {
        Path file = Path.of(name.replaceFirst("^nio:", "") + ".mv.db"), directory = file.getParent();
        if (!Files.exists(options.create() ? directory : file)) throw new StoreLocationException(file + " or its directory is missing");
        traits = new Traits(BLOCK, 1, 1 << 30, 4, Files.getFileStore(directory).type().equals("tmpfs"), true, "H2 database");
        url = "jdbc:h2:" + name + ";OPEN_NEW=TRUE;WRITE_DELAY=0;REUSE_SPACE=FALSE;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;INIT=SET AUTOCOMMIT FALSE";
        try { call(() -> begin(directory)); }
        catch (IOException e) { close(); throw e; }
    }
    private Void begin(Path directory) throws SQLException, IOException {
        sql("CREATE TABLE IF NOT EXISTS segment (number BIGINT PRIMARY KEY, bytes BIGINT)");
        sql("CREATE TABLE IF NOT EXISTS root (copy BIGINT PRIMARY KEY CHECK (copy IN (0, 1)), image VARBINARY(4096))");
        sql("CREATE TABLE IF NOT EXISTS block (segment BIGINT REFERENCES segment ON DELETE CASCADE, position BIGINT,"
                + " data VARBINARY(4096), PRIMARY KEY (segment, position))");
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
    private Void commit(boolean durable) throws SQLException {
        if (failed) throw new SQLException("an earlier commit or sync failed"); // what a sync loses, the next passes over in silence
        failed = true;
        try { connection.commit(); } // gives the changes to the operating system: now they survive this process
        catch (SQLException e) { connection = null; throw e; } // H2 has closed the database: what is there is read through another
        if (durable) sql("CHECKPOINT SYNC"); // brings them to the disk: now they survive power loss
        failed = false;
        return null;
    }
    private <T> CompletableFuture<T> start(Callable<T> work) { // does not wait
        return CompletableFuture.supplyAsync(() -> {
            try {
                if (connection == null && !closed) connection = DriverManager.getConnection(url);
                connection.rollback(); // what work that failed has left
                return work.call();
            } catch (Throwable e) {
                if (e instanceof SQLException s && s.getErrorCode() == 90020) e = new StoreLockedException("another owner has it", e);
                throw new CompletionException(e instanceof IOException ? e : new IOException("H2: " + e.getMessage(), e));
            }
        }, worker);
    }
    private <T> T call(Callable<T> work) throws IOException { // waits; an interrupt ends neither the work nor the waiting
        try { return start(work).join(); }
        catch (CompletionException e) { throw (IOException) e.getCause(); }
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
        return new H2Segment(this, number, bytes, new AtomicBoolean(true));
    }
    @Override public Segment open(long number) throws IOException {
        Object bytes = call(() -> sql("SELECT number, bytes FROM segment")).get(number);
        if (bytes == null) throw new NoSuchFileException("segment " + number);
        return new H2Segment(this, number, (Long) bytes, new AtomicBoolean());
    }
    @Override public void delete(long number) throws IOException { change("DELETE FROM segment WHERE number = ?", number); }
    @Override public void submit() {}
    @Override public void wakeup() { wakeups.release(); }
    @Override public int drive(long nanos) {
        try { if (!closed && wakeups.tryAcquire(nanos, TimeUnit.NANOSECONDS)) wakeups.drainPermits(); }
        catch (InterruptedException e) { Thread.currentThread().interrupt(); }
        return 0;
    }
    @Override public void close() throws IOException {
        boolean first = !closed;
        closed = true;
        if (first && connection != null) call(() -> { connection.close(); return null; }); // after all that is under way
    }
    private record H2Segment(H2Device device, long number, long bytes, AtomicBoolean writable) implements Segment {
        private void start(long length, Completion completion, Callable<?> work) {
            device.start(work).whenComplete((_, e) -> completion.done(length, e == null ? null : (IOException) e.getCause()));
        }
        @Override public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            byte[] data = src.toArray(ValueLayout.JAVA_BYTE); // a copy: the caller's memory is not touched any more
            boolean good = position >= 0 && data.length > 0 && (position | data.length) % BLOCK == 0 && data.length <= bytes - position;
            if (!good) throw new IllegalArgumentException(data.length + " bytes at " + position + " of segment " + number);
            start(data.length, completion, () -> {
                if (!writable.get()) throw new IOException("segment " + number + " is not open for writing");
                for (int at = 0; at < data.length; at += BLOCK) {
                    device.sql("INSERT INTO block VALUES (?, ?, ?)", number, position + at, Arrays.copyOfRange(data, at, at + BLOCK));
                }
                return device.commit(durable);
            });
        }
        @Override public void sync(Completion completion) { start(0, completion, () -> device.commit(true)); }
        @Override public long read(MemorySegment dst, long position) throws IOException {
            if (position < 0 || dst.isReadOnly()) throw new IllegalArgumentException("read from " + position + " into " + dst);
            long end = Math.min(position + dst.byteSize(), Math.max(position, bytes));
            String blocks = "SELECT position, data FROM block WHERE segment = ? AND position > ? AND position < ?";
            device.call(() -> device.sql(blocks, number, position - BLOCK, end)).forEach((at, data) -> {
                long from = Math.max(at, position), length = Math.min(at + BLOCK, end) - from;
                MemorySegment.copy(data, (int) (from - at), dst, ValueLayout.JAVA_BYTE, from - position, (int) length);
            });
            return end - position;
        }
        @Override public void finish(long end) throws IOException { device.call(() -> null); } // nothing to give back
        @Override public void close() { writable.set(false); }
    }
}

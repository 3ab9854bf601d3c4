package com.example.h2;

import io.lss.tck.Capability;
import io.lss.tck.Site;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A database in a directory of its own, on files that can lose their power.
 *
 * <p>H2 reaches its files through {@link PowerCutFiles} wherever the name of a database begins with {@code nio:}. Another process,
 * in which nobody has registered these, takes the same name for the plain file.
 */
final class H2Site implements Site {

    private final Path directory;
    private final String database;
    private final PowerCutFiles.Machine machine;

    H2Site() throws IOException {
        directory = Files.createTempDirectory("h2-provider");
        database = "nio:" + directory.resolve("log");
        machine = PowerCutFiles.machineFor(directory);
    }

    @Override
    public URI location() {
        return URI.create("h2:" + database);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.DURABLE, Capability.PROCESSES, Capability.CRASH, Capability.CRASH_DURING, Capability.FAILURES, Capability.DAMAGE);
    }

    @Override
    public void crash() throws IOException {
        machine.cutPower();
    }

    @Override
    public void crashDuring(int operation) {
        machine.stopIn(operation);
    }

    @Override
    public void failNext(Failing what) {
        machine.failNext(what == Failing.SYNC);
    }

    @Override
    public void damage(long segment, long position) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:" + database);
                PreparedStatement read = connection.prepareStatement("SELECT data FROM block WHERE segment = ? AND position = ?");
                PreparedStatement write = connection.prepareStatement("UPDATE block SET data = ? WHERE segment = ? AND position = ?")) {
            long block = position / 4096 * 4096;
            read.setLong(1, segment);
            read.setLong(2, block);
            var found = read.executeQuery();
            if (!found.next()) {
                throw new IOException("nothing was written at " + position + " of segment " + segment);
            }
            byte[] data = found.getBytes(1);
            data[(int) (position - block)] ^= 1;
            write.setBytes(1, data);
            write.setLong(2, segment);
            write.setLong(3, block);
            write.executeUpdate();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        machine.cutPower(); // whatever a test has left open
        machine.forget();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}

package com.example.h2;

import io.lss.tck.Capability;
import io.lss.tck.Site;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
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
                Capability.DURABLE, Capability.PROCESSES, Capability.CRASH, Capability.POWER_CUT, Capability.CRASH_DURING, Capability.FAILURES, Capability.DAMAGE);
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
    public String damage(long seed) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:" + database);
                Statement statement = connection.createStatement(
                        ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet blocks = statement.executeQuery("SELECT segment, position, data FROM block ORDER BY segment, position")) {
            blocks.last();
            SplittableRandom random = new SplittableRandom(seed);
            blocks.absolute(random.nextInt(1, blocks.getRow() + 1));
            byte[] data = blocks.getBytes("data");
            int offset = random.nextInt(data.length);
            data[offset] ^= (byte) (1 << random.nextInt(8));
            blocks.updateBytes("data", data);
            blocks.updateRow();
            return "byte " + (blocks.getLong("position") + offset) + " of segment " + blocks.getLong("segment");
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

package io.lss.it.tck;

import io.lss.tck.Capability;
import io.lss.tck.Site;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A directory of a local file system as a site. A crash goes on with a copy of it, made while the owner lives: what a killed process leaves. That
 * every write, sync and name survives a power cut, too, is for the fault harness to show.
 */
final class DirectorySite implements Site {

    private static final int BLOCK = 4096;

    private final Path directory;
    private final boolean durable;
    private final Optional<Ballast> ballast;
    private int copies;

    /**
     * A fresh directory below another.
     *
     * @param parent the other
     * @param durable whether it is on a disk
     * @param ballast what fills its file system; absent if that is not the test's own
     */
    DirectorySite(Path parent, boolean durable, Optional<Ballast> ballast) throws IOException {
        this.directory = Files.createTempDirectory(parent, "site");
        this.durable = durable;
        this.ballast = ballast;
    }

    private Path store() {
        return directory.resolve("store" + copies);
    }

    @Override
    public URI location() {
        return store().toUri();
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.of(Capability.PROCESSES, Capability.DAMAGE, Capability.CRASH);
        if (durable) {
            all.add(Capability.DURABLE);
        }
        if (ballast.isPresent()) {
            all.add(Capability.LIMITED_SPACE);
        }
        return all;
    }

    /**
     * Copies the roots first, then the segments from the last to the first, each from its end to its begin: so whatever one part says about
     * another was true of that other when it is copied.
     */
    @Override
    public void crash() throws IOException {
        Path from = store();
        if (copies > 0) {
            delete(directory.resolve("store" + (copies - 1))); // its owner was closed long ago
        }
        copies++;
        Path to = Files.createDirectory(store());
        List<String> names;
        try (Stream<Path> files = Files.list(from)) {
            names = files.map(file -> file.getFileName().toString()).sorted(Comparator.reverseOrder()).toList();
        }
        for (String name : names) {
            if (name.startsWith("root")) {
                copy(from.resolve(name), to.resolve(name));
            }
        }
        for (String name : names) {
            if (name.startsWith("seg-")) {
                copy(from.resolve(name), to.resolve(name));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (long at = Math.max(0, source.size() - 1) / BLOCK * BLOCK; at >= 0; at -= BLOCK) {
                block.clear();
                int read = source.read(block, at);
                block.flip();
                if (read > 0 && target.write(block, at) != read) {
                    throw new IOException("cannot copy " + from);
                }
            }
        } catch (NoSuchFileException e) {
            // Deleted since it was listed: a spare, or a segment that was trimmed.
            Files.deleteIfExists(to);
        }
    }

    @Override
    public void limitSpace(long bytes) throws IOException {
        ballast.orElseThrow().leave(bytes);
    }

    /** Flips a bit of a segment's file. */
    @Override
    public String damage(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        List<Path> segments;
        try (Stream<Path> files = Files.list(store())) {
            segments = files.filter(file -> file.getFileName().toString().startsWith("seg-") && file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
        Path file = segments.get(random.nextInt(segments.size()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long position = random.nextLong(random.nextBoolean() ? channel.size() : Math.min(channel.size(), 4 * BLOCK));
            ByteBuffer one = ByteBuffer.allocate(1);
            if (channel.read(one, position) != 1) {
                throw new IOException("nothing to damage at position " + position + " of " + file);
            }
            one.flip();
            one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
            if (channel.write(one, position) != 1) {
                throw new IOException("no damage done at position " + position + " of " + file);
            }
            return "a bit of the byte at position " + position + " of " + file.getFileName() + " flipped";
        }
    }

    @Override
    public void close() throws IOException {
        if (ballast.isPresent()) {
            ballast.get().leave(Long.MAX_VALUE);
        }
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}

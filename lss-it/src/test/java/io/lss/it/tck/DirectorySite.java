package io.lss.it.tck;

import io.lss.tck.Capability;
import io.lss.tck.Site;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A directory of the local file system as a site. */
final class DirectorySite implements Site {

    private final Path directory;
    private final boolean durable;

    /** A fresh directory below another. */
    DirectorySite(Path parent, boolean durable) throws IOException {
        this.directory = Files.createTempDirectory(parent, "site");
        this.durable = durable;
    }

    @Override
    public URI location() {
        return directory.resolve("store").toUri();
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.of(Capability.PROCESSES, Capability.DAMAGE);
        if (durable) {
            all.add(Capability.DURABLE);
        }
        return all;
    }

    /** Flips a bit of a segment's file. */
    @Override
    public String damage(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory.resolve("store"))) {
            segments = files.filter(file -> file.getFileName().toString().startsWith("seg-") && file.toFile().length() > 0).sorted().toList();
        }
        Path file = segments.get(random.nextInt(segments.size()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long position = random.nextLong(random.nextBoolean() ? channel.size() : Math.min(channel.size(), 1 << 14));
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
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}

package io.lss.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Stores as the tests need them: small segments, every record in a unit of its own, so that LSNs are the same in every run. */
final class Fixture {
    static final long SEGMENT_SIZE = 1 << 20;

    private static final int ROOT_LENGTH = 4096;
    private static final int VERSION_OFFSET = 4;
    private static final int CRC_OFFSET = 8;

    private Fixture() {}

    static StoreOptions options() {
        return StoreOptions.builder().segmentSize(SEGMENT_SIZE).bufferSize(64 << 10).build();
    }

    /** Makes a store with some records, and closes it. */
    static Path store(Path directory, String... records) throws IOException {
        try (LogStructuredStore store = LogStructuredStore.open(directory, options())) {
            for (String each : records) {
                store.append(each.getBytes(UTF_8));
                store.sync();
            }
        }
        return directory;
    }

    /** Changes a byte of a file. */
    static void flip(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) ~one.get(0));
            channel.write(one.flip(), position);
        }
    }

    /** Makes both root copies those of another format, valid otherwise. */
    static void setVersion(Path store, int version) throws IOException {
        for (int copy = 0; copy < 2; copy++) {
            Path file = store.resolve("root-" + copy);
            ByteBuffer root = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            root.putInt(VERSION_OFFSET, version).putInt(CRC_OFFSET, 0);
            CRC32C crc = new CRC32C();
            crc.update(root.array(), 0, ROOT_LENGTH);
            root.putInt(CRC_OFFSET, (int) crc.getValue());
            Files.write(file, root.array());
        }
    }
}

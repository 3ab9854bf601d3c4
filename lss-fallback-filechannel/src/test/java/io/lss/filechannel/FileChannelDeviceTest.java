package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.LocalDeviceContract;
import io.lss.tck.device.Outcome;
import io.lss.tck.device.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileChannelDeviceTest extends LocalDeviceContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @Test
    void s20_aStoreWrittenDirectIsReadThroughThePageCacheAndTheOtherWayRound() throws Exception {
        for (String[] modes : new String[][] {{"auto", "off"}, {"off", "auto"}}) {
            try (Device device = open("direct", modes[0])) {
                Segment segment = device.create(1, SEGMENT);
                Outcome.write(device, segment, Pattern.fill(device.allocate(BUFFER), 0), 0, false).await(); // not even synced
            }
            try (Device device = open("direct", modes[1])) {
                MemorySegment dst = device.allocate(BUFFER);
                assertEquals(BUFFER, device.open(1).read(dst, 0));
                Pattern.assertIn(dst, 0);
                device.delete(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "sparse"})
    void aNewSegmentHasItsFullLengthAndReadsAsZeros(String preallocate) throws Exception {
        try (Device device = open("preallocate", preallocate)) {
            Segment segment = device.create(1, 10 * SEGMENT);
            assertEquals(10 * SEGMENT, Files.size(segmentFile(1)));
            MemorySegment dst = device.allocate(10 * SEGMENT);
            dst.fill((byte) 1);
            assertEquals(10 * SEGMENT, segment.read(dst, 0));
            assertEquals(-1, dst.mismatch(device.allocate(10 * SEGMENT)));
            // In units of 512 bytes. Written zeros take space, holes do not.
            long allocated = 512 * allocatedUnits(segmentFile(1));
            assertEquals(preallocate.equals("zero"), allocated >= 10 * SEGMENT, "allocated: " + allocated);
        }
    }

    @Test
    void durableWritesGoThroughAFileOpenedForThem() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(descriptors), "SKIPPED: no /proc/self/fd");
        int writeOnly = 1;
        int dsync = 010000;
        try (Device device = open()) {
            device.create(1, SEGMENT);
            List<Integer> flags = new ArrayList<>();
            try (Stream<Path> links = Files.list(descriptors)) {
                for (Path link : links.toList()) {
                    if (target(link).anyMatch(segmentFile(1)::equals)) {
                        String info = Files.readString(Path.of("/proc/self/fdinfo", link.getFileName().toString()));
                        flags.add(Integer.parseInt(
                                info.replaceAll("(?s).*flags:\\s*([0-7]+).*", "$1"), 8));
                    }
                }
            }
            assertEquals(2, flags.size());
            assertEquals(1, flags.stream().filter(f -> (f & writeOnly) != 0 && (f & dsync) != 0).count(), "" + flags);
            boolean direct = device.traits().description().contains("O_DIRECT");
            assertEquals(direct ? 2 : 0, flags.stream().filter(f -> (f & 040000) != 0).count(), "" + flags);
        }
    }

    private static long allocatedUnits(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(stat.inputReader().readLine().strip());
    }

    private static Stream<Path> target(Path link) {
        try {
            return Stream.of(Files.readSymbolicLink(link));
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    @Test
    void anInterruptEndsTheWaitOfWhoDrives() throws Exception {
        try (Device device = open()) {
            Thread interrupted = Thread.ofVirtual().start(() -> device.drive(Long.MAX_VALUE));
            interrupted.interrupt();
            interrupted.join();
        }
    }
}

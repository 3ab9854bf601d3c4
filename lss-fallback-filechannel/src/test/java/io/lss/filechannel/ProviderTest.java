package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderTest {

    private final FileChannelDeviceProvider provider = new FileChannelDeviceProvider();

    @TempDir
    Path directory;

    private String describedBy(List<String> java) throws IOException {
        try (ChildJvm child = ChildJvm.run(java, directory, "describe")) {
            return child.line();
        }
    }

    @Test
    void theProviderIsCalledFilechannelAndHasPreference100() {
        assertEquals("filechannel", provider.name());
        assertEquals(100, provider.preference());
    }

    @Test
    void aUserFindsTheProviderOnTheClassPathAndOnTheModulePath() throws Exception {
        String here;
        try (Device device = Devices.open(directory)) {
            here = device.traits().description();
        }
        assertEquals(here, describedBy(ChildJvm.onClassPath()));
        assertEquals(here, describedBy(ChildJvm.onModulePath()));
    }

    @Test
    void withoutTheModuleThatHoldsTheOptionTheProviderWorksAndNamesTheFlagToAdd() throws Exception {
        String description = describedBy(ChildJvm.onClassPath("--limit-modules", "java.base"));
        assertTrue(description.contains("page cache ("), description);
        assertTrue(description.contains("--add-modules jdk.unsupported"), description);
    }

    @Test
    void aProbeLeavesNothingBehindAndSaysWhatItWouldUse() throws Exception {
        Path missing = directory.resolve("a/b/c");
        Probe probe = provider.probe(missing.toUri());
        assertTrue(probe.available());
        assertEquals("FileChannel on " + Files.getFileStore(directory).type(), probe.detail());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aLocationThatIsNotLocalIsNotServed() {
        Probe probe = provider.probe(URI.create("s3://bucket/log"));
        assertFalse(probe.available());
        assertTrue(probe.explanation().contains("s3://bucket/log"), probe.explanation());
        assertFalse(provider.probe(URI.create("file:relative")).available());
        assertThrows(
                StoreLocationException.class, () -> provider.open(URI.create("s3://bucket/log"), Devices.options()));
    }

    @Test
    void f7_aKilledOwnerDoesNotBlockAndWhatItCreatedIsThere() throws Exception {
        try (ChildJvm child =
                ChildJvm.run(ChildJvm.onClassPath(), directory, "create", "write-durable", "root", "wait")) {
            for (int i = 0; i < 3; i++) {
                assertEquals("ok", child.line());
            }
            var failure = assertThrows(StoreLockedException.class, () -> Devices.open(directory));
            assertTrue(String.valueOf(failure.getMessage()).contains("pid=" + child.pid()), failure.getMessage());
            child.kill();
        }
        try (Device device = Devices.open(directory)) {
            assertEquals(1, device.segments().length);
            assertTrue(device.readRoot(0).isPresent());
        }
    }

    @Test
    void f7_anOpenOwnerKeepsOtherProcessesOut() throws Exception {
        try (Device _ = Devices.open(directory);
                ChildJvm child = ChildJvm.run(ChildJvm.onClassPath(), directory, "describe")) {
            String line = child.line();
            assertTrue(line.startsWith(StoreLockedException.class.getName()), line);
        }
    }
}

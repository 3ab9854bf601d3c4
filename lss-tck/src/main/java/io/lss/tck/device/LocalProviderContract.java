package io.lss.tck.device;

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

/** How a provider on local files is found, what its probe leaves behind, and who keeps whom out. */
public abstract class LocalProviderContract extends LocalChildContract {

    /** For subclasses. */
    protected LocalProviderContract() {}

    private String describedBy(List<String> java) throws IOException {
        try (ChildJvm child = script(java, directory, "describe")) {
            return child.line();
        }
    }

    @Test
    void aUserFindsTheProviderOnTheClassPathAndOnTheModulePath() throws Exception {
        String here;
        try (Device device = open()) {
            here = device.traits().description();
        }
        assertEquals(here, describedBy(onClassPath()));
        assertEquals(here, describedBy(onModulePath()));
    }

    @Test
    void aProbeLeavesNothingBehind() throws Exception {
        Path missing = directory.resolve("a/b/c");
        Probe probe = provider().probe(missing.toUri());
        assertTrue(probe.available(), probe.explanation());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aLocationThatIsNotLocalIsNotServed() {
        Probe probe = provider().probe(URI.create("s3://bucket/log"));
        assertFalse(probe.available());
        assertTrue(probe.explanation().contains("s3://bucket/log"), probe.explanation());
        assertFalse(provider().probe(URI.create("file:relative")).available());
        assertThrows(StoreLocationException.class, () -> provider().open(URI.create("s3://bucket/log"), options()));
    }

    @Test
    void f7_aKilledOwnerDoesNotBlockAndWhatItCreatedIsThere() throws Exception {
        try (ChildJvm child = script(onClassPath(), directory, "create", "write-durable", "root", "wait")) {
            for (int i = 0; i < 3; i++) {
                assertEquals("ok", child.line());
            }
            var failure = assertThrows(StoreLockedException.class, this::open);
            assertTrue(String.valueOf(failure.getMessage()).contains("pid=" + child.pid()), failure.getMessage());
            child.kill();
        }
        try (Device device = open()) {
            assertEquals(1, device.segments().length);
            assertTrue(device.readRoot(0).isPresent());
        }
    }

    @Test
    void f7_anOpenOwnerKeepsOtherProcessesOut() throws Exception {
        try (Device _ = open();
                ChildJvm child = script(onClassPath(), directory, "describe")) {
            String line = child.line();
            assertTrue(line.startsWith(StoreLockedException.class.getName()), line);
        }
    }
}

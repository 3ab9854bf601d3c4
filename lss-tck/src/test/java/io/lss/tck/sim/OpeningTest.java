package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may open a medium (F7), and how a provider finds it. */
class OpeningTest {

    private static DeviceOptions options(boolean create, boolean mustCreate) {
        return new DeviceOptions(create, mustCreate, Durability.SYNC, 4096, 2, Map.of());
    }

    @Test
    void aSecondOpenFailsAndNamesTheOwner() throws IOException {
        Rig rig = Rig.withSeed(1);

        var failure = assertThrows(StoreLockedException.class, () -> rig.medium().open(Rig.OPTIONS));
        String owner = "simulated device 1 of thread " + Thread.currentThread().getName();
        assertTrue(failure.getMessage().contains(owner), failure.getMessage());

        rig.device().close();
        rig.medium().open(Rig.OPTIONS).close();
    }

    @Test
    void openModesAreHonoured() throws IOException {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().build());

        assertThrows(StoreLocationException.class, () -> medium.open(options(false, false)));
        try (Device device = medium.open(options(true, true))) {
            device.writeRoot(0, new byte[] {1});
        }
        assertThrows(StoreLocationException.class, () -> medium.open(options(true, true)));
        medium.open(options(true, false)).close();
        medium.open(options(false, false)).close();
    }

    @Test
    void unknownPropertiesAreRefused() {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().build());
        var options = new DeviceOptions(true, false, Durability.SYNC, 4096, 2, Map.of("depht", "4"));

        var failure = assertThrows(IllegalArgumentException.class, () -> medium.open(options));

        assertTrue(failure.getMessage().contains("depht"));
    }

    @Test
    void theProviderServesRegisteredMediaOnly() throws IOException {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().build());
        DeviceProvider provider = new SimulatedProvider();
        URI at = SimulatedProvider.register(medium);

        assertTrue(provider.probe(at).available());
        assertFalse(provider.probe(URI.create("sim:none")).available());
        Probe file = provider.probe(URI.create("file:///tmp/x"));
        assertFalse(file.available());
        assertTrue(file.detail().contains("sim:"));
        try (Device device = provider.open(at, Rig.OPTIONS)) {
            assertSame(device, medium.device().orElseThrow());
        }

        SimulatedMedium other = medium.crash(1);
        SimulatedProvider.replace(at, other);
        try (Device device = provider.open(at, Rig.OPTIONS)) {
            assertSame(device, other.device().orElseThrow());
        }

        SimulatedProvider.unregister(at);
        assertFalse(provider.probe(at).available());
        assertThrows(StoreLocationException.class, () -> provider.open(at, Rig.OPTIONS));
        assertThrows(IllegalArgumentException.class, () -> SimulatedProvider.replace(at, medium));
    }

    @Test
    void theProviderIsDeclaredForTheModulePathAndTheClassPath() throws Exception {
        Path classes = Path.of(SimulatedProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module = ModuleFinder.of(classes).find("io.lss.tck").orElseThrow().descriptor();
        assertTrue(module.provides().stream()
                .anyMatch(p -> p.service().equals(DeviceProvider.class.getName())
                        && p.providers().contains(SimulatedProvider.class.getName())));
        // These tests declare providers of their own beside it, so the file is looked for where the kit's own is made.
        Path services = Path.of(System.getProperty("basedir", "."), "src/main/resources/META-INF/services");
        assertEquals(SimulatedProvider.class.getName(), Files.readString(services.resolve(DeviceProvider.class.getName())).strip());
    }

    @Test
    void theProviderIsNeverPreferred() {
        assertTrue(new SimulatedProvider().preference() < 0);
    }

    @Test
    void traitsFollowTheSettingsAndHoldAFlushBuffer() throws IOException {
        SimulatedMedium medium =
                SimulatedMedium.blank(SimulatedSettings.builder().blockSize(512).memoryAlignment(512).depth(3).build());
        var options = new DeviceOptions(true, false, Durability.SYNC, 5000, 2, Map.of());
        try (SimulatedDevice device = medium.open(options)) {
            assertEquals(512, device.traits().blockSize());
            assertEquals(512, device.traits().memoryAlignment());
            assertEquals(5120, device.traits().maxTransfer());
            assertEquals(3, device.traits().depth());
            assertFalse(device.traits().anyThread());
            assertEquals(0, device.allocate(512).address() % 512);
        }
    }

    @Test
    void theBlockSizeOfAMediumDoesNotChange() {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().build());

        SimulatedSettings other = medium.settings().toBuilder().blockSize(512).build();
        assertThrows(IllegalArgumentException.class, () -> medium.settings(other));
        medium.settings(medium.settings().toBuilder().seed(5).build());
        assertEquals(5, medium.settings().seed());
    }
}

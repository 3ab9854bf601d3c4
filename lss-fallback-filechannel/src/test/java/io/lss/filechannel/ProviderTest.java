package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.localfiles.StoreDirectory;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.ChildJvm;
import io.lss.tck.device.LocalProviderContract;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProviderTest extends LocalProviderContract {

    static final List<Class<?>> PRODUCT =
            List.of(DeviceProvider.class, StoreDirectory.class, FileChannelDeviceProvider.class);

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @Override
    protected List<Class<?>> product() {
        return PRODUCT;
    }

    @Override
    protected String module() {
        return "io.lss.filechannel";
    }

    @Test
    void theProviderIsCalledFilechannelAndHasPreference100() {
        assertEquals("filechannel", provider().name());
        assertEquals(100, provider().preference());
    }

    @Test
    void theProbeSaysWhatItWouldUse() throws Exception {
        assertEquals(
                "FileChannel on " + Files.getFileStore(directory).type(),
                provider().probe(directory.resolve("a/b").toUri()).detail());
    }

    @Test
    void withoutTheModuleThatHoldsTheOptionTheProviderWorksAndNamesTheFlagToAdd() throws Exception {
        List<String> java = ChildJvm.onClassPath(PRODUCT, "--limit-modules", "java.base");
        try (ChildJvm child = script(java, directory, "describe")) {
            String description = child.line();
            assertTrue(description.contains("page cache ("), description);
            assertTrue(description.contains("--add-modules jdk.unsupported"), description);
        }
    }
}

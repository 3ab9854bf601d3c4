package io.lss.it.tck;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import io.lss.uring.UringDeviceProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** As where liburing is not installed: the ring's system calls by way of libc. */
class UringBySystemCallsConformanceTest extends ProviderContract {

    @BeforeAll
    static void withoutLiburing() {
        System.setProperty(UringDeviceProvider.LIBRARY_PROPERTY, "none");
    }

    @AfterAll
    static void asItWas() {
        System.clearProperty(UringDeviceProvider.LIBRARY_PROPERTY);
    }

    @Override
    protected DeviceProvider provider() {
        return new UringDeviceProvider();
    }

    @Override
    protected Site newSite() throws IOException {
        return new DirectorySite(Path.of(System.getProperty("java.io.tmpdir")), true, Optional.empty());
    }
}

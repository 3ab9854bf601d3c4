package io.lss.it.tck;

import io.lss.uring.UringDeviceProvider;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

class UringConformanceTest extends ProviderContract {

    @Override
    protected DeviceProvider provider() {
        return new UringDeviceProvider();
    }

    @Override
    protected Site newSite() throws IOException {
        return new DirectorySite(Path.of(System.getProperty("java.io.tmpdir")), true, Optional.empty());
    }
}

package io.lss.it.tck;

import io.lss.uring.UringDeviceProvider;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import java.io.IOException;

class UringOnExt4ConformanceTest extends ProviderContract {

    @Override
    protected DeviceProvider provider() {
        return new UringDeviceProvider();
    }

    @Override
    protected Site newSite() throws IOException {
        return MountedFileSystem.EXT4.newSite();
    }
}

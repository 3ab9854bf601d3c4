package io.lss.it.tck;

import io.lss.filechannel.FileChannelDeviceProvider;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import java.io.IOException;

class FileChannelOnExt4ConformanceTest extends ProviderContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @Override
    protected Site newSite() throws IOException {
        return MountedFileSystem.EXT4.newSite();
    }
}

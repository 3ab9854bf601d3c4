package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalFullDiskContract;
import org.junit.jupiter.api.Test;

class FullDiskTest extends LocalFullDiskContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @Test
    void theRootOfADiskIsWrittenPastThePageCache() throws Exception {
        try (var mount = mount();
                Device device = openAt(mount.point(), "direct", "on")) {
            assertTrue(device.traits().description().contains("O_DIRECT asked for, ext4"), device.traits().description());
        }
    }
}

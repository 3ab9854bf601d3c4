package io.lss.filechannel;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalDeviceContract;
import java.util.Map;

/** The device through the page cache. */
class PageCacheDeviceTest extends LocalDeviceContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    @Override
    protected Map<String, String> properties() {
        return Map.of("direct", "off");
    }
}

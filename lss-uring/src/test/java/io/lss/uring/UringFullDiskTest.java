package io.lss.uring;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalFullDiskContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** A full disk, in both ways. */
class UringFullDiskTest {

    abstract static class Uring extends LocalFullDiskContract {
        @Override
        protected DeviceProvider provider() {
            return new UringDeviceProvider();
        }
    }

    @Nested
    class BySystemCalls extends Uring {
        @Override
        protected Map<String, String> properties() {
            return Ways.SYSTEM_CALLS;
        }
    }

    @Nested
    class ByLiburing extends Uring {
        @Override
        protected Map<String, String> properties() {
            return Ways.liburing();
        }
    }
}

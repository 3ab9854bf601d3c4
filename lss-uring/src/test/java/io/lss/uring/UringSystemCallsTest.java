package io.lss.uring;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalSystemCallsContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** What the device asks of the system, in both ways. */
class UringSystemCallsTest {

    abstract static class Uring extends LocalSystemCallsContract {
        @Override
        protected DeviceProvider provider() {
            return new UringDeviceProvider();
        }

        @Override
        protected List<Class<?>> product() {
            return Ways.PRODUCT;
        }

        @Override
        protected String module() {
            return Ways.MODULE;
        }

        @Override
        protected List<String> flags(String module) {
            return Ways.flags(module);
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

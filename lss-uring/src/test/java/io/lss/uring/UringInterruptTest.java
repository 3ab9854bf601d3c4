package io.lss.uring;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalInterruptContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** Interrupts, in both ways. */
class UringInterruptTest {

    abstract static class Uring extends LocalInterruptContract {
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

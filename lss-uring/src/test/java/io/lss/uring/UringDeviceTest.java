package io.lss.uring;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalDeviceContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The device contract, in both ways and with each way to write durably. */
class UringDeviceTest {

    abstract static class Uring extends LocalDeviceContract {
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

    @Nested
    class WithDsync extends Uring {
        @Override
        protected Map<String, String> properties() {
            return Map.of("durable", "rwf_dsync");
        }
    }

    @Nested
    class WithFdatasyncAndFallocate extends Uring {
        @Override
        protected Map<String, String> properties() {
            return Map.of("durable", "fdatasync", "preallocate", "fallocate");
        }
    }

    @Nested
    class WithPwritev2 extends Uring {
        @Override
        protected Map<String, String> properties() {
            return Map.of("durable", "pwritev2");
        }
    }
}

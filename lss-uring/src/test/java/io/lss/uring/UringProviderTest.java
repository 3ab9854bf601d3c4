package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalProviderContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How the provider is found, in both ways. */
class UringProviderTest {

    abstract static class Uring extends LocalProviderContract {
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

    @Test
    void theProviderIsCalledUringAndHasPreference200() {
        assertEquals("uring", new UringDeviceProvider().name());
        assertEquals(200, new UringDeviceProvider().preference());
    }
}

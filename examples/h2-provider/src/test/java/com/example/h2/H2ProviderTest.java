package com.example.h2;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.ProviderContract;
import io.lss.tck.Site;
import java.io.IOException;

/** The rules of LSS, tried on H2. */
class H2ProviderTest extends ProviderContract {

    @Override
    protected DeviceProvider provider() {
        return new H2Provider();
    }

    @Override
    protected Site newSite() throws IOException {
        return new H2Site();
    }
}

package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.localfiles.StoreDirectory;
import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalContract;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contracts run twice, on the module path and on the class path; this says which it is, and that it is true. */
@Tag(LocalContract.TAG)
class PathTest {

    @Test
    void theProductIsWhereTheBuildMeansToTestIt() {
        List<Class<?>> product = List.of(DeviceProvider.class, StoreDirectory.class, FileChannelDeviceProvider.class);
        Set<String> modules =
                product.stream().map(type -> String.valueOf(type.getModule().getName())).collect(Collectors.toSet());
        Set<String> expected = switch (System.getProperty("lss.test.path", "")) {
            case "module" -> Set.of("io.lss.api", "io.lss.localfiles", "io.lss.filechannel");
            case "class" -> Set.of("null");
            default -> throw new AssertionError("run java with -Dlss.test.path=module or class, as the build does");
        };
        assertEquals(expected, modules);
    }
}

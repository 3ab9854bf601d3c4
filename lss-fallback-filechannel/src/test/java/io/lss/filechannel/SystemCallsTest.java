package io.lss.filechannel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.spi.flush.DeviceProvider;
import io.lss.tck.device.LocalSystemCallsContract;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SystemCallsTest extends LocalSystemCallsContract {

    @Override
    protected DeviceProvider provider() {
        return new FileChannelDeviceProvider();
    }

    /** One thread writes and syncs: strace counts the calls of each thread apart. */
    @Override
    protected Map<String, String> properties() {
        return Map.of("writers", "1");
    }

    @Override
    protected List<Class<?>> product() {
        return ProviderTest.PRODUCT;
    }

    @Override
    protected String module() {
        return "io.lss.filechannel";
    }

    @Test
    void f4_aSyncThatFailsOnceIsNeverAskedForAgainAlthoughItWouldSucceed() throws Exception {
        List<String> lines = straced(
                List.of("-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=2"),
                "create", "write", "sync", "write", "sync", "write", "sync");
        assertEquals(List.of("ok", "ok", "ok", "ok"), lines.subList(0, 4));
        String failure = "sync failed: file=" + store().resolve("seg-0000000000000001.lss") + " cause=Input/output error";
        assertEquals(List.of(failure, "ok", failure), lines.subList(4, 7));
        assertEquals(
                2,
                Files.readAllLines(trace()).stream()
                        .filter(line -> line.contains("fdatasync("))
                        .count());
    }

    @Test
    void f4_aDurableWriteThatFailsSaysWhere() throws Exception {
        List<String> lines = straced(
                List.of("-P", store().resolve("seg-0000000000000001.lss").toString(), "-e", "trace=pwrite64", "-e",
                        "inject=pwrite64:error=EIO:when=2"),
                "create", "write-durable", "write-durable", "write-durable");
        assertEquals(
                List.of(
                        "ok",
                        "ok",
                        "write failed: file=" + store().resolve("seg-0000000000000001.lss")
                                + " position=4096 length=4096 done=0 cause=Input/output error",
                        "ok"),
                lines);
    }
}

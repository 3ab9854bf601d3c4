package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.tck.device.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A heap that is full at the worst moment: the device fails, nobody hangs, and each operation is told once (F2, F12). */
@Timeout(60)
class FullHeapTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"queue, fdatasync", "submit, fdatasync", "submit, rwf_dsync", "reap, fdatasync", "reap, rwf_dsync"})
    void f12_closeReturnsAndEachOperationIsToldOnce(String moment, String durable) throws Exception {
        List<String> command = new ArrayList<>(ChildJvm.onClassPath(
                Ways.PRODUCT, "-Xmx64m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        int path = command.indexOf("-cp") + 1;
        command.set(path, command.get(path) + ":" + Path.of("target/test-classes").toAbsolutePath());
        command.add(FullHeapChild.class.getName());
        // ChildJvm appends the name of a script, which the child does not look at.
        try (ChildJvm child = ChildJvm.run(command, directory.toString(), moment, durable)) {
            String each = String.join(", ", Collections.nCopies(moment.equals("queue") ? 17 : 3, "1"));
            assertEquals("heap full, told [" + each + "], opened again", child.line());
        }
    }
}

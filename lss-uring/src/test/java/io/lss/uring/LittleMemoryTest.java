package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.tck.device.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM that may have little memory outside the heap (-XX:MaxDirectMemorySize). What can be done with less is done with less. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LittleMemoryTest {

    @TempDir
    Path directory;

    private List<String> lines(List<String> java, String preallocate, String durable, String... commands) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(directory.toString(), preallocate, durable));
        arguments.addAll(List.of(commands));
        List<String> lines = new ArrayList<>();
        try (ChildJvm child = ChildJvm.run(java, arguments.toArray(String[]::new))) {
            for (String line = child.line(); !line.equals("null"); line = child.line()) {
                lines.add(line);
            }
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "fallocate"})
    void fourMebibytesAreEnoughToOpenAndToCreateAndToRead(String preallocate) throws Exception {
        List<String> lines = lines(
                UringChild.command("-XX:MaxDirectMemorySize=4m"), preallocate, "auto", "read", "batch");
        assertTrue(lines.getFirst().contains("durable: lone pwritev2, batch fdatasync, large fdatasync (default)"), lines.toString());
        assertEquals(List.of("100", "100 100 100", "closed"), lines.subList(1, lines.size()));
    }

    @Test
    void f2_aReadThatFindsNoMemoryFailsAndTheDeviceClosesAllTheSame() throws Exception {
        List<String> lines = lines(
                UringChild.command("-XX:MaxDirectMemorySize=8m"), "fallocate", "pwritev2", "hog", "read", "batch", "free", "read", "batch");
        assertEquals("OutOfMemoryError", lines.get(2));
        assertTrue(lines.get(3).matches("read failed: java.lang.OutOfMemoryError.*"), lines.get(3));
        assertEquals(List.of("ok", "100", "100 100 100", "closed"), lines.subList(4, lines.size()));
    }

    @Test
    void whereThereWasNoMemoryForARingBatchesTryAgainForOneLater() throws Exception {
        List<String> lines = lines(
                UringChild.command("-XX:MaxDirectMemorySize=8m"),
                "fallocate", "pwritev2", "rings", "read", "hog", "batch", "rings", "free", "batches", "rings");
        assertEquals(lines.get(1), lines.get(5), "no ring was to be had");
        assertEquals("100 100 100", lines.get(4), "and the reads were done one by one");
        assertTrue(Integer.parseInt(lines.get(8)) > Integer.parseInt(lines.get(1)), lines.toString());
        assertEquals("closed", lines.getLast());
    }
}

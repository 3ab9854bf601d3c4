package io.lss.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.cli.text.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kernel says of itself, in words; the kernel is a directory. */
class MachineTest {

    @TempDir
    private Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String told(boolean json, Map<String, String> environment) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, UTF_8);
        new Machine(new Proc(root), environment).tell(new Chart(json, new Screen(print, print, false)));
        return out.toString(UTF_8);
    }

    private static void assertTells(String told, String part) {
        assertTrue(told.contains(part), () -> "'" + part + "' in: " + told);
    }

    @Test
    void aLockedDownContainerIsTold() throws IOException {
        write("proc/sys/kernel/osrelease", "6.6.1\n");
        write("proc/sys/kernel/io_uring_disabled", "2\n");
        write("proc/self/status", "Name:\tjava\nCapEff:\t0000000000000000\nSeccomp:\t2\nSeccomp_filters:\t1\n");
        write(
                "proc/self/limits",
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max locked memory         65536                8388608              bytes
                """);
        write("proc/meminfo", "HugePages_Total:      16\nHugepagesize:       2048 kB\n");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        write(".dockerenv", "");
        String told = told(false, Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"));
        assertTells(told, " 6.6.1, ");
        assertTells(told, "allowed to nobody; sysctl kernel.io_uring_disabled=0 allows it");
        assertTells(told, "a filter of system calls is in force (1)");
        assertTells(told, "memlock        65.5 KB (hard limit 8.4 MB)\n");
        assertTells(told, "16 reserved of 2048 kB, transparent: madvise");
        assertTells(told, "likely, by /.dockerenv, the environment variable KUBERNETES_SERVICE_HOST");
        String json = told(true, Map.of());
        assertTells(json, "\"ioUringDisabled\":\"2\",\"seccomp\":\"2\",\"memlockBytes\":\"65536\",\"memlockUnlimited\":false");
        assertTells(json, "\"container\":[\"/.dockerenv\"]");
    }

    @Test
    void rootsLimitDoesNotBind() throws IOException {
        write("proc/self/status", "CapEff:\t000001ffffffffff\nSeccomp:\t0\n");
        write("proc/self/limits", "Max locked memory         unlimited            unlimited            bytes     \n");
        String told = told(false, Map.of());
        assertTells(told, "memlock        unlimited (hard limit unlimited); does not bind this process, which has CAP_IPC_LOCK");
        assertTells(told, "seccomp        none");
    }

    @Test
    void withoutSuchFilesNothingIsMadeUp() {
        String told = told(false, Map.of());
        assertTells(told, "no kernel.io_uring_disabled: an older kernel, or not Linux");
        assertTells(told, "seccomp        not known");
        assertTells(told, "memlock        not known\n");
        assertTells(told, "huge pages     not known");
        assertTells(told, "no sign of one");
    }
}

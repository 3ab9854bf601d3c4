package io.lss.uring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every size and offset of our layouts against what the C compiler of this machine makes of the system's headers. */
class RingLayoutsTest {

    private static final List<StructLayout> LAYOUTS = List.of(
            RingLayouts.SQE,
            RingLayouts.CQE,
            RingLayouts.PARAMS,
            RingLayouts.GETEVENTS_ARG,
            RingLayouts.TIMESPEC,
            RingLayouts.RSRC_UPDATE,
            RingLayouts.IOVEC,
            DirectAlignment.STATX);

    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <linux/fs.h>
            #include <linux/io_uring.h>
            #include <linux/stat.h>
            #include <linux/time_types.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/syscall.h>
            #include <sys/uio.h>
            int main(void) {
            """;

    @TempDir
    Path directory;

    @Test
    void everyOffsetIsWhatTheCompilerSays() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        for (StructLayout layout : LAYOUTS) {
            String struct = "struct " + layout.name().orElseThrow();
            ours.put("sizeof(" + struct + ")", layout.byteSize());
            for (List<String> path : members(layout)) {
                PathElement[] elements = path.stream().map(PathElement::groupElement).toArray(PathElement[]::new);
                ours.put("offsetof(" + struct + ", " + String.join(".", path) + ")", layout.byteOffset(elements));
                MemoryLayout member = layout.select(elements);
                ours.put("sizeof(((" + struct + " *)0)->" + String.join(".", path) + ")", member.byteSize());
            }
        }
        assertEquals(ours, accordingToTheCompiler(List.copyOf(ours.keySet())));
    }

    @Test
    void everyConstantIsWhatTheHeadersSay() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("IORING_OP_NOP", (long) Ring.OP_NOP);
        ours.put("IORING_OP_FSYNC", (long) Ring.OP_FSYNC);
        ours.put("IORING_OP_WRITE_FIXED", (long) Ring.OP_WRITE_FIXED);
        ours.put("IORING_OP_READ", (long) Ring.OP_READ);
        ours.put("IORING_OP_WRITE", (long) Ring.OP_WRITE);
        ours.put("IORING_FSYNC_DATASYNC", (long) Ring.FSYNC_DATASYNC);
        ours.put("IOSQE_FIXED_FILE", (long) Ring.SQE_FIXED_FILE);
        ours.put("RWF_DSYNC", (long) FileCalls.RWF_DSYNC);
        ours.put("O_RDWR", (long) FileCalls.O_RDWR);
        ours.put("O_CREAT", (long) FileCalls.O_CREAT);
        ours.put("O_EXCL", (long) FileCalls.O_EXCL);
        ours.put("O_CLOEXEC", (long) FileCalls.O_CLOEXEC);
        ours.put("O_DIRECT", (long) FileCalls.O_DIRECT);
        ours.put("O_TMPFILE", (long) FileCalls.O_TMPFILE);
        ours.put("EPERM", (long) Errno.EPERM);
        ours.put("EINTR", (long) Errno.EINTR);
        ours.put("EIO", (long) Errno.EIO);
        ours.put("EAGAIN", (long) Errno.EAGAIN);
        ours.put("ENOMEM", (long) Errno.ENOMEM);
        ours.put("EFAULT", (long) Errno.EFAULT);
        ours.put("EBUSY", (long) Errno.EBUSY);
        ours.put("EINVAL", (long) Errno.EINVAL);
        ours.put("ENOSPC", (long) Errno.ENOSPC);
        ours.put("ENOSYS", (long) Errno.ENOSYS);
        ours.put("ETIME", (long) Errno.ETIME);
        ours.put("EOPNOTSUPP", (long) Errno.EOPNOTSUPP);
        ours.put("ECANCELED", (long) Errno.ECANCELED);
        ours.put("SYS_io_uring_setup", 425L);
        ours.put("SYS_io_uring_enter", 426L);
        ours.put("SYS_io_uring_register", 427L);
        assertEquals(ours, accordingToTheCompiler(List.copyOf(ours.keySet())));
    }

    /** Padding has no name. */
    private static List<List<String>> members(StructLayout layout) {
        List<List<String>> paths = new ArrayList<>();
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member.name().isEmpty()) {
                continue;
            }
            String name = member.name().get();
            paths.add(List.of(name));
            if (member instanceof GroupLayout && member instanceof StructLayout struct) {
                members(struct).forEach(inner -> {
                    List<String> path = new ArrayList<>(List.of(name));
                    path.addAll(inner);
                    paths.add(path);
                });
            }
        }
        return paths;
    }

    private Map<String, Long> accordingToTheCompiler(List<String> expressions) throws Exception {
        StringBuilder program = new StringBuilder(HEADERS);
        for (String expression : expressions) {
            program.append("printf(\"%lld\\n\", (long long)(").append(expression).append("));\n");
        }
        Path source = Files.writeString(directory.resolve("offsets.c"), program.append("return 0; }\n"));
        Path binary = directory.resolve("offsets");
        Assumptions.assumeTrue(
                run("cc", "-o", binary.toString(), source.toString()) != null,
                "SKIPPED: there is no C compiler, or it lacks headers of Linux 6.1");
        List<String> lines = String.valueOf(run(binary.toString())).lines().toList();
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            values.put(expressions.get(i), Long.parseLong(lines.get(i)));
        }
        return values;
    }

    /** The program's output; null if it is not there or fails. */
    private static String run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output : null;
        } catch (IOException e) {
            return null;
        }
    }
}

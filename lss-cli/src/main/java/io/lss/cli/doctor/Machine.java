package io.lss.cli.doctor;

import io.lss.cli.text.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of the machine decides which provider works and how well. */
final class Machine {

    /** The bit of CAP_IPC_LOCK, which lifts the limit of locked memory. */
    private static final int IPC_LOCK = 14;

    private final Proc proc;
    private final Map<String, String> environment;

    Machine(Proc proc, Map<String, String> environment) {
        this.proc = proc;
        this.environment = environment;
    }

    void tell(Chart chart) {
        chart.begin("machine", "machine");
        String system = System.getProperty("os.name") + " "
                + proc.line("proc/sys/kernel/osrelease").orElse(System.getProperty("os.version")) + ", "
                + System.getProperty("os.arch");
        chart.tell("system", "system", system);
        chart.tell("java", "Java", Runtime.version().toString());
        chart.tell("processors", Runtime.getRuntime().availableProcessors(), "processors",
                String.valueOf(Runtime.getRuntime().availableProcessors()));
        ring(chart);
        filter(chart);
        lockedMemory(chart);
        hugePages(chart);
        container(chart);
        chart.end();
    }

    private void ring(Chart chart) {
        Optional<String> disabled = proc.line("proc/sys/kernel/io_uring_disabled");
        String text =
                switch (disabled.orElse("")) {
                    case "0" -> "kernel.io_uring_disabled = 0: allowed to all";
                    case "1" -> "kernel.io_uring_disabled = 1: allowed to the group kernel.io_uring_group and to CAP_SYS_ADMIN;"
                            + " sysctl kernel.io_uring_disabled=0 allows it to all";
                    case "2" -> "kernel.io_uring_disabled = 2: allowed to nobody; sysctl kernel.io_uring_disabled=0 allows it";
                    case "" -> "no kernel.io_uring_disabled: an older kernel, or not Linux";
                    default -> "kernel.io_uring_disabled = " + disabled.orElse("");
                };
        chart.tell("ioUringDisabled", disabled.orElse(null), "io_uring", text);
    }

    private void filter(Chart chart) {
        Optional<String> mode = proc.field("proc/self/status", "Seccomp:");
        String text =
                switch (mode.orElse("")) {
                    case "0" -> "none";
                    case "1" -> "strict";
                    case "2" -> "a filter of system calls is in force (" + proc.field("proc/self/status", "Seccomp_filters:").orElse("?")
                            + "); that of a container may forbid io_uring: the provider's probe below says so";
                    default -> "not known";
                };
        chart.tell("seccomp", mode.orElse(null), "seccomp", text);
    }

    private void lockedMemory(Chart chart) {
        Optional<String> limits = proc.field("proc/self/limits", "Max locked memory");
        boolean free = proc.field("proc/self/status", "CapEff:").filter(Machine::hasIpcLock).isPresent();
        String[] words = limits.orElse("").split("\\s+");
        String soft = words[0].isEmpty() ? "not known" : amount(words[0]);
        chart.tell("memlockBytes", words[0].isEmpty() ? null : words[0], "", "");
        chart.tell("memlockUnlimited", free, "memlock", soft
                + (words.length > 1 ? " (hard limit " + amount(words[1]) + ")" : "")
                + (free ? "; does not bind this process, which has CAP_IPC_LOCK" : ""));
    }

    private static boolean hasIpcLock(String mask) {
        return (Long.parseUnsignedLong(mask, 16) >>> IPC_LOCK & 1) != 0;
    }

    private static String amount(String limit) {
        return limit.chars().allMatch(Character::isDigit) ? Quantity.bytes(Long.parseLong(limit)) : limit;
    }

    private void hugePages(Chart chart) {
        Optional<String> total = proc.field("proc/meminfo", "HugePages_Total:");
        Optional<String> size = proc.field("proc/meminfo", "Hugepagesize:");
        Optional<String> transparent = proc.chosen("sys/kernel/mm/transparent_hugepage/enabled");
        chart.tell("hugePages", total.orElse(null), "", "");
        chart.tell("transparentHugePages", transparent.orElse(null), "huge pages", total.isEmpty() && transparent.isEmpty()
                ? "not known"
                : total.orElse("?") + " reserved of " + size.orElse("?") + ", transparent: " + transparent.orElse("not known"));
    }

    private void container(Chart chart) {
        List<String> signs = new ArrayList<>();
        if (proc.has(".dockerenv")) {
            signs.add("/.dockerenv");
        }
        if (proc.has("run/.containerenv")) {
            signs.add("/run/.containerenv");
        }
        for (String name : List.of("KUBERNETES_SERVICE_HOST", "container")) {
            if (environment.containsKey(name)) {
                signs.add("the environment variable " + name);
            }
        }
        chart.tell("container", signs, "container", signs.isEmpty()
                ? "no sign of one"
                : "likely, by " + String.join(", ", signs) + ": its seccomp profile and its memlock limit are set where it is started");
    }
}

package io.lss.it;

import static java.lang.constant.ConstantDescs.CD_void;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dependency rules of the design, asserted on what the compiler wrote. */
class ArchitectureTest {
    /** Without these the rules would pass for want of something to look at. */
    private static final Set<String> EXPECTED = Set.of(
            DependencyRules.API,
            DependencyRules.CORE,
            DependencyRules.CLI,
            DependencyRules.LOCAL_FILES,
            DependencyRules.FILE_CHANNEL,
            DependencyRules.URING,
            DependencyRules.TCK,
            DependencyRules.JMX,
            DependencyRules.MICROMETER);

    private static final String LINKER = "java.lang.foreign.Linker";

    @Test
    void noModuleKnowsWhatItMustNot() throws IOException {
        Map<String, BuiltModule> modules = built();
        int classes = modules.values().stream().mapToInt(m -> m.references().size()).sum();
        int references = modules.values().stream()
                .flatMap(module -> module.references().values().stream())
                .mapToInt(Set::size)
                .sum();
        System.out.println("architecture: " + DependencyRules.values().length + " rules, " + modules.size()
                + " modules " + modules.keySet() + ", " + classes + " classes, " + references + " references");
        assertTrue(
                modules.keySet().containsAll(EXPECTED), () -> "built: " + modules.keySet() + ", needed: " + EXPECTED);
        assertEquals(List.of(), DependencyRules.violations(modules.values()));
    }

    /** A violation, and the one rule that must name it. */
    record Violation(DependencyRules rule, String culprit, BuiltModule module) {
        @Override
        public String toString() {
            return rule + " broken by " + culprit;
        }
    }

    @ParameterizedTest
    @MethodSource("violations")
    void aViolationIsNamed(Violation violation) {
        List<String> found = DependencyRules.violations(List.of(violation.module()));
        assertTrue(
                found.stream().anyMatch(line -> line.startsWith(violation.rule() + ": " + violation.culprit() + " ")),
                () -> "found only " + found);
    }

    @Test
    void everyRuleIsSeenToFail() {
        var broken = EnumSet.noneOf(DependencyRules.class);
        violations().forEach(violation -> broken.add(violation.rule()));
        assertEquals(EnumSet.allOf(DependencyRules.class), broken);
    }

    @Test
    void whatIsAllowedIsNotReported() {
        var modules = List.of(
                module("io.lss.api", List.of(), user("io.lss.api.Fine", "java.nio.channels.FileChannel")),
                module("io.lss.core", List.of("io.lss.api", "jdk.jfr"), user("io.lss.core.Fine", "io.lss.api.Fine")),
                module("io.lss.cli", List.of("io.lss.core"), user("io.lss.cli.Fine", "io.lss.core.inspect.Fine")),
                module("io.lss.uring", List.of("io.lss.api"), user("io.lss.uring.abi.Fine", LINKER)),
                module("io.lss.tck", List.of("io.lss.api"), user("io.lss.tck.Fine", "org.junit.jupiter.api.Test")));
        assertEquals(List.of(), DependencyRules.violations(modules));
        var coreThatExports = ModuleDescriptor.newModule("io.lss.core")
                .exports("io.lss.core.inspect", Set.of("io.lss.cli"))
                .build();
        assertEquals(List.of(), DependencyRules.violations(List.of(BuiltModule.of(coreThatExports))));
    }

    static List<Violation> violations() {
        var apiInNeedOfSql = module("io.lss.api", List.of("java.sql"));
        var apiAtRunTime = BuiltModule.of(
                ModuleDescriptor.newModule("io.lss.api").requires("org.jspecify").build());
        var apiImposingJSpecify = BuiltModule.of(ModuleDescriptor.newModule("io.lss.api")
                .requires(Set.of(Requires.Modifier.STATIC, Requires.Modifier.TRANSITIVE), "org.jspecify")
                .build());
        var deviceWithLinker = user("io.lss.filechannel.Sneaky", LINKER);
        var ownUring = "io.lss.uring.Ring";
        return List.of(
                new Violation(DependencyRules.API_NEEDS_JAVA_BASE_ALONE, "io.lss.api", apiInNeedOfSql),
                new Violation(DependencyRules.API_NEEDS_JAVA_BASE_ALONE, "io.lss.api", apiAtRunTime),
                new Violation(DependencyRules.API_NEEDS_JAVA_BASE_ALONE, "io.lss.api", apiImposingJSpecify),
                violation(DependencyRules.API_NEEDS_JAVA_BASE_ALONE, "io.lss.api", "Sneaky", "io.lss.core.Ring"),
                violation(
                        DependencyRules.API_NEEDS_JAVA_BASE_ALONE, "io.lss.api", "Sneaky", "java.util.logging.Logger"),
                new Violation(
                        DependencyRules.NO_RUN_TIME_DEPENDENCY_IN_API_CORE_AND_PROVIDERS,
                        "io.lss.core",
                        module("io.lss.core", List.of("org.slf4j"))),
                new Violation(
                        DependencyRules.A_DEVICE_KNOWS_NEITHER_THE_CORE_NOR_ANOTHER_DEVICE,
                        "io.lss.uring",
                        module("io.lss.uring", List.of("io.lss.core"))),
                violation(
                        DependencyRules.A_DEVICE_KNOWS_NEITHER_THE_CORE_NOR_ANOTHER_DEVICE,
                        "io.lss.filechannel",
                        "Sneaky",
                        ownUring),
                new Violation(
                        DependencyRules.A_DEVICE_KNOWS_NEITHER_THE_CORE_NOR_ANOTHER_DEVICE,
                        "io.stranger.Sneaky",
                        BuiltModule.of(
                                ModuleDescriptor.newModule("io.stranger")
                                        .packages(Set.of("io.stranger"))
                                        .provides(DependencyRules.DEVICE_SERVICE, List.of("io.stranger.Sneaky"))
                                        .build(),
                                user("io.stranger.Sneaky", "io.lss.core.Ring"))),
                violation(DependencyRules.THE_CORE_KNOWS_NO_DEVICE, "io.lss.core", "Sneaky", "io.lss.localfiles.Names"),
                violation(
                        DependencyRules.THE_TCK_KNOWS_NEITHER_THE_CORE_NOR_A_DEVICE,
                        "io.lss.tck",
                        "Sneaky",
                        "io.lss.core.Ring"),
                violation(
                        DependencyRules.WHAT_SHOWS_A_STORE_KNOWS_ITS_API_ALONE, "io.lss.jmx", "Sneaky", "io.lss.core.Ring"),
                new Violation(
                        DependencyRules.WHAT_SHOWS_A_STORE_KNOWS_ITS_API_ALONE,
                        "io.lss.micrometer",
                        module("io.lss.micrometer", List.of("io.lss.uring"))),
                violation(
                        DependencyRules.THE_CORE_USES_NO_FILE_CHANNEL,
                        "io.lss.core",
                        "Sneaky",
                        "java.nio.channels.FileChannel"),
                violation(
                        DependencyRules.THE_CORE_USES_NO_FILE_CHANNEL,
                        "io.lss.core",
                        "Sneaky",
                        "java.nio.channels.FileChannel$MapMode"),
                violation(
                        DependencyRules.NATIVE_CALLS_LIVE_IN_ONE_PACKAGE_OF_URING,
                        "io.lss.core",
                        "Sneaky",
                        LINKER),
                new Violation(
                        DependencyRules.NATIVE_CALLS_LIVE_IN_ONE_PACKAGE_OF_URING,
                        "io.lss.filechannel.Sneaky",
                        module("io.lss.filechannel", List.of(), deviceWithLinker)),
                new Violation(
                        DependencyRules.NATIVE_CALLS_LIVE_IN_ONE_PACKAGE_OF_URING,
                        "io.lss.uring",
                        module(
                                "io.lss.uring",
                                List.of(),
                                user("io.lss.uring.abi.Ring", LINKER),
                                user("io.lss.uring.Sneaky", "java.lang.foreign.SymbolLookup"))),
                exporting("io.lss.core.inspect", Set.of()),
                exporting("io.lss.core.inspect", Set.of("io.lss.cli", "io.lss.bench")),
                exporting("io.lss.core.recovery", Set.of("io.lss.cli")),
                violation(
                        DependencyRules.THE_COMMAND_LINE_KNOWS_NO_DEVICE,
                        "io.lss.cli",
                        "Sneaky",
                        "io.lss.localfiles.Names"),
                new Violation(
                        DependencyRules.LOCAL_FILES_ARE_EXPORTED_TO_THE_LOCAL_PROVIDERS_ALONE,
                        "io.lss.localfiles",
                        BuiltModule.of(ModuleDescriptor.newModule("io.lss.localfiles")
                                .exports("io.lss.localfiles")
                                .build())),
                new Violation(
                        DependencyRules.LOCAL_FILES_ARE_EXPORTED_TO_THE_LOCAL_PROVIDERS_ALONE,
                        "io.lss.localfiles",
                        BuiltModule.of(ModuleDescriptor.newModule("io.lss.localfiles")
                                .exports("io.lss.localfiles", Set.of("io.lss.uring", "io.lss.core"))
                                .build())));
    }

    private static Violation exporting(String exported, Set<String> targets) {
        var builder = ModuleDescriptor.newModule("io.lss.core");
        return new Violation(
                DependencyRules.THE_CORE_EXPORTS_ONLY_WHAT_LOOKS_INTO_STORES_AND_ONLY_TO_THE_COMMAND_LINE,
                "io.lss.core",
                BuiltModule.of((targets.isEmpty() ? builder.exports(exported) : builder.exports(exported, targets)).build()));
    }

    private static Violation violation(DependencyRules rule, String module, String type, String used) {
        String culprit = module + "." + type;
        return new Violation(rule, culprit, module(module, List.of(), user(culprit, used)));
    }

    private static BuiltModule module(String name, List<String> requires, byte[]... classes) {
        var builder = ModuleDescriptor.newModule(name)
                .requires("java.base")
                .requires(Set.of(Requires.Modifier.STATIC), "org.jspecify")
                .packages(Set.of(name));
        requires.forEach(builder::requires);
        return BuiltModule.of(builder.build(), classes);
    }

    /** A class with a method that takes a {@code used}: the reference stands in a descriptor only. */
    private static byte[] user(String name, String used) {
        return ClassFile.of()
                .build(
                        ClassDesc.of(name),
                        type -> type.withMethodBody(
                                "use",
                                MethodTypeDesc.of(CD_void, ClassDesc.of(used)),
                                ClassFile.ACC_STATIC,
                                code -> code.return_()));
    }

    /** Every module of the tree that has a module-info.java, by its name. */
    private static Map<String, BuiltModule> built() throws IOException {
        var modules = new TreeMap<String, BuiltModule>();
        var missing = new ArrayList<Path>();
        try (Stream<Path> folders = Files.list(Path.of("..").toAbsolutePath().normalize())) {
            for (Path folder : folders.sorted().toList()) {
                if (!Files.exists(folder.resolve("src/main/java/module-info.java"))) {
                    continue;
                }
                Path classes = folder.resolve("target/classes");
                if (!Files.exists(classes.resolve("module-info.class"))) {
                    missing.add(classes);
                    continue;
                }
                BuiltModule module = BuiltModule.in(classes);
                modules.put(module.name(), module);
            }
        }
        assertEquals(List.of(), missing, "not built: run the whole tree (mvn verify), or -pl lss-it -am");
        return modules;
    }
}

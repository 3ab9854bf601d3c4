package io.lss.it;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Which module may know which. Each rule names every place that breaks it. */
enum DependencyRules {
    API_NEEDS_JAVA_BASE_ALONE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            Set<String> base = packagesOfJavaBase();
            modules.only(Set.of(API)).forEach(api -> {
                for (Requires required : api.descriptor().requires()) {
                    if (!required.name().equals("java.base") && !isStaticJSpecify(required)) {
                        broken.accept(api.name(), "requires " + required);
                    }
                }
                Set<String> own = api.descriptor().packages();
                modules.references(api, name -> {
                    String in = packageOf(name);
                    return !own.contains(in)
                            && !base.contains(in)
                            && !in.startsWith("org.jspecify.")
                            && modules.looksLikeAClass(name);
                }, broken);
            });
        }
    },

    /** JSpecify only as plain {@code requires static}; the modules of the JDK are no dependency. */
    NO_RUN_TIME_DEPENDENCY_IN_API_CORE_AND_PROVIDERS {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            Predicate<Requires> allowed = required -> required.name().startsWith("java.")
                    || required.name().startsWith("jdk.")
                    || required.name().startsWith("io.lss.")
                    || isStaticJSpecify(required);
            var shipped = new TreeSet<>(modules.devices());
            shipped.addAll(Set.of(API, CORE, LOCAL_FILES));
            modules.only(shipped).forEach(module -> module.descriptor().requires().stream()
                    .filter(allowed.negate())
                    .forEach(required -> broken.accept(module.name(), "requires " + required)));
        }
    },

    A_DEVICE_KNOWS_NEITHER_THE_CORE_NOR_ANOTHER_DEVICE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            for (BuiltModule device : modules.only(modules.devices())) {
                var foreign = new TreeSet<>(modules.devices());
                foreign.remove(device.name());
                foreign.add(CORE);
                foreign.add(TCK);
                modules.knows(device, foreign, broken);
            }
        }
    },

    THE_CORE_KNOWS_NO_DEVICE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            var foreign = new TreeSet<>(modules.devices());
            foreign.add(LOCAL_FILES);
            foreign.add(TCK);
            modules.only(Set.of(CORE)).forEach(core -> modules.knows(core, foreign, broken));
        }
    },

    THE_TCK_KNOWS_NEITHER_THE_CORE_NOR_A_DEVICE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            var foreign = new TreeSet<>(modules.devices());
            foreign.add(CORE);
            foreign.add(LOCAL_FILES);
            modules.only(Set.of(TCK)).forEach(tck -> modules.knows(tck, foreign, broken));
        }
    },

    WHAT_SHOWS_A_STORE_KNOWS_ITS_API_ALONE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            var foreign = new TreeSet<>(modules.devices());
            foreign.addAll(Set.of(CORE, LOCAL_FILES, TCK));
            modules.only(Set.of(JMX, MICROMETER)).forEach(module -> modules.knows(module, foreign, broken));
        }
    },

    THE_CORE_USES_NO_FILE_CHANNEL {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            modules.only(Set.of(CORE))
                    .forEach(core -> modules.references(
                            core, name -> isOrIsIn(name, "java.nio.channels.FileChannel"), broken));
        }
    },

    NATIVE_CALLS_LIVE_IN_ONE_PACKAGE_OF_URING {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            for (BuiltModule module : modules.all()) {
                if (!module.name().equals(URING)) {
                    modules.references(module, DependencyRules::isNative, broken);
                    continue;
                }
                var packages = new TreeSet<String>();
                modules.references(module, DependencyRules::isNative, (user, what) -> packages.add(packageOf(user)));
                if (packages.size() > 1) {
                    broken.accept(module.name(), "makes native calls from more than one package: " + packages);
                }
            }
        }
    },

    LOCAL_FILES_ARE_EXPORTED_TO_THE_LOCAL_PROVIDERS_ALONE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            modules.only(Set.of(LOCAL_FILES)).forEach(module -> {
                for (Exports exported : module.descriptor().exports()) {
                    if (!exported.isQualified() || !Set.of(FILE_CHANNEL, URING).containsAll(exported.targets())) {
                        broken.accept(module.name(), "exports " + exported);
                    }
                }
                module.descriptor().opens().forEach(opened -> broken.accept(module.name(), "opens " + opened));
            });
        }
    },

    /** What looks into stores that do not open, and the format it speaks of; nothing of what runs a store. */
    THE_CORE_EXPORTS_ONLY_WHAT_LOOKS_INTO_STORES_AND_ONLY_TO_THE_COMMAND_LINE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            modules.only(Set.of(CORE)).forEach(core -> {
                for (Exports exported : core.descriptor().exports()) {
                    if (!exported.isQualified()
                            || !exported.targets().equals(Set.of(CLI))
                            || !LOOKING.contains(exported.source())) {
                        broken.accept(core.name(), "exports " + exported);
                    }
                }
                core.descriptor().opens().forEach(opened -> broken.accept(core.name(), "opens " + opened));
            });
        }
    },

    THE_COMMAND_LINE_KNOWS_NO_DEVICE {
        @Override
        void check(Modules modules, BiConsumer<String, String> broken) {
            var foreign = new TreeSet<>(modules.devices());
            foreign.add(LOCAL_FILES);
            foreign.add(TCK);
            modules.only(Set.of(CLI)).forEach(cli -> modules.knows(cli, foreign, broken));
        }
    };

    static final String API = "io.lss.api";
    static final String CORE = "io.lss.core";
    static final String CLI = "io.lss.cli";
    static final Set<String> LOOKING = Set.of("io.lss.core.format", "io.lss.core.inspect", "io.lss.core.salvage");
    static final String LOCAL_FILES = "io.lss.localfiles";
    static final String FILE_CHANNEL = "io.lss.filechannel";
    static final String URING = "io.lss.uring";
    static final String TCK = "io.lss.tck";
    static final String JMX = "io.lss.jmx";
    static final String MICROMETER = "io.lss.micrometer";
    static final String DEVICE_SERVICE = "io.lss.spi.flush.DeviceProvider";

    /** Calls {@code broken} with the culprit and with what it does. */
    abstract void check(Modules modules, BiConsumer<String, String> broken);

    static List<String> violations(Collection<BuiltModule> built) {
        var modules = new Modules(built);
        var found = new ArrayList<String>();
        for (DependencyRules rule : values()) {
            rule.check(modules, (who, what) -> found.add(rule + ": " + who + " " + what));
        }
        return found;
    }

    /** Not transitive: a consumer without JSpecify on its module path would no longer compile. */
    private static boolean isStaticJSpecify(Requires required) {
        return required.name().equals("org.jspecify") && required.modifiers().equals(Set.of(Requires.Modifier.STATIC));
    }

    private static Set<String> packagesOfJavaBase() {
        return Objects.requireNonNull(Object.class.getModule().getPackages());
    }

    private static boolean isNative(String name) {
        return isOrIsIn(name, "java.lang.foreign.Linker") || isOrIsIn(name, "java.lang.foreign.SymbolLookup");
    }

    private static boolean isOrIsIn(String name, String type) {
        return name.equals(type) || name.startsWith(type + "$");
    }

    private static String packageOf(String className) {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }

    /** All modules under test, and the questions that the rules ask. */
    static final class Modules {
        private final Map<String, BuiltModule> byName = new TreeMap<>();
        private final Map<String, String> moduleOfPackage = new HashMap<>();

        Modules(Collection<BuiltModule> built) {
            for (BuiltModule module : built) {
                byName.put(module.name(), module);
                module.descriptor().packages().forEach(name -> moduleOfPackage.put(name, module.name()));
            }
        }

        Collection<BuiltModule> all() {
            return byName.values();
        }

        List<BuiltModule> only(Set<String> names) {
            return byName.values().stream().filter(module -> names.contains(module.name())).toList();
        }

        /** The two known ones, and whoever provides a device; the kit's simulated one is part of the kit. */
        Set<String> devices() {
            var names = new TreeSet<>(Set.of(FILE_CHANNEL, URING));
            for (BuiltModule module : byName.values()) {
                boolean provides = module.descriptor().provides().stream()
                        .map(ModuleDescriptor.Provides::service)
                        .anyMatch(DEVICE_SERVICE::equals);
                if (provides && !module.name().equals(TCK)) {
                    names.add(module.name());
                }
            }
            return names;
        }

        /** Reports each requires of, and each reference from {@code module} into, one of {@code foreign}. */
        void knows(BuiltModule module, Set<String> foreign, BiConsumer<String, String> broken) {
            module.descriptor().requires().stream()
                    .filter(required -> foreign.contains(required.name()))
                    .forEach(required -> broken.accept(module.name(), "requires " + required));
            references(module, name -> foreign.stream().anyMatch(other -> isClassOf(name, other)), broken);
        }

        void references(BuiltModule module, Predicate<String> unwanted, BiConsumer<String, String> broken) {
            module.references().forEach((user, used) -> used.stream()
                    .filter(unwanted)
                    .forEach(name -> broken.accept(user, "refers to " + name)));
        }

        /** A string constant may merely resemble a class name, such as that of a system property. */
        boolean looksLikeAClass(String name) {
            return Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1));
        }

        /** A module that is not built yet is known by its name: its packages begin with it. */
        private boolean isClassOf(String name, String module) {
            String owner = moduleOfPackage.get(packageOf(name));
            return owner != null ? owner.equals(module) : name.startsWith(module + ".") && looksLikeAClass(name);
        }
    }
}

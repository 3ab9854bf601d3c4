package io.lss.it;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A module as compiled: its descriptor, and for each of its classes the classes it refers to.
 *
 * @param descriptor what its module-info says
 * @param references binary class names: each class of the module -> all that its constant pool names
 */
record BuiltModule(ModuleDescriptor descriptor, Map<String, Set<String>> references) {
    /** A class within a field or method descriptor, a generic signature, or an annotation's type. */
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([A-Za-z_][\\w$]*(?:/[\\w$]+)+)[;<]");

    /** A string constant that could be meant for Class.forName. */
    private static final Pattern CLASS_NAME = Pattern.compile("[a-z_][\\w$]*(?:\\.[\\w$]+)+");

    /** The module whose classes are under {@code directory}, which holds a module-info.class. */
    static BuiltModule in(Path directory) throws IOException {
        ModuleDescriptor descriptor =
                ModuleFinder.of(directory).findAll().iterator().next().descriptor();
        var references = new TreeMap<String, Set<String>>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(BuiltModule::isClass).toList()) {
                ClassModel type = ClassFile.of().parse(file);
                references.put(dotted(type.thisClass().asInternalName()), referencesOf(type));
            }
        }
        return new BuiltModule(descriptor, references);
    }

    static BuiltModule of(ModuleDescriptor descriptor, byte[]... classes) {
        var references = new TreeMap<String, Set<String>>();
        for (byte[] bytes : classes) {
            ClassModel type = ClassFile.of().parse(bytes);
            references.put(dotted(type.thisClass().asInternalName()), referencesOf(type));
        }
        return new BuiltModule(descriptor, references);
    }

    String name() {
        return descriptor.name();
    }

    private static Set<String> referencesOf(ClassModel type) {
        var names = new TreeSet<String>();
        for (PoolEntry entry : type.constantPool()) {
            switch (entry) {
                case ClassEntry named when !named.asInternalName().startsWith("[") ->
                    names.add(dotted(named.asInternalName()));
                case Utf8Entry text ->
                    IN_DESCRIPTOR
                            .matcher(text.stringValue())
                            .results()
                            .forEach(found -> names.add(dotted(found.group(1))));
                case StringEntry text when CLASS_NAME.matcher(text.stringValue()).matches() ->
                    names.add(text.stringValue());
                default -> {}
            }
        }
        names.remove(dotted(type.thisClass().asInternalName()));
        return names;
    }

    private static boolean isClass(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".class") && !name.equals("module-info.class");
    }

    private static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }
}

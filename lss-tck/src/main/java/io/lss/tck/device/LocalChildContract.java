package io.lss.tck.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What contracts have in common that run the provider in another JVM. */
public abstract class LocalChildContract extends LocalContract {

    /** For subclasses. */
    protected LocalChildContract() {}

    /** {@return a class of each module of the product: what a user puts on the path} */
    protected abstract List<Class<?>> product();

    /** {@return the name of the provider's module} */
    protected abstract String module();

    /**
     * {@return flags of java that the provider needs}
     *
     * @param module the module that it is in, {@code ALL-UNNAMED} on the class path
     */
    protected List<String> flags(String module) {
        return List.of();
    }

    /** {@return the command that runs java with the product on the class path} */
    protected final List<String> onClassPath() {
        return ChildJvm.onClassPath(product(), flags("ALL-UNNAMED").toArray(String[]::new));
    }

    /** {@return the command that runs java with the product on the module path} */
    protected final List<String> onModulePath() {
        return ChildJvm.onModulePath(product(), module(), flags(module()).toArray(String[]::new));
    }

    /**
     * {@return a script that runs in the test's directory, with the test's properties}
     *
     * @param java the command that runs java
     * @param location the store's directory
     * @param commands those of {@link DeviceScript#main}
     * @throws IOException if it cannot be started
     */
    protected final ChildJvm script(List<String> java, Path location, String... commands) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(provider().name(), location.toString()));
        properties().forEach((key, value) -> arguments.add(key + "=" + value));
        arguments.addAll(List.of(commands));
        return ChildJvm.run(java, arguments.toArray(String[]::new));
    }
}

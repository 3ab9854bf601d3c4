package io.lss.localfiles;

import java.nio.file.OpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The option by which a channel bypasses the page cache: {@code com.sun.nio.file.ExtendedOpenOption.DIRECT}. */
public final class DirectOption {

    private static final String OPTION_CLASS = "com.sun.nio.file.ExtendedOpenOption";
    private static final String OPTION_NAME = "DIRECT";

    private DirectOption() {}

    /**
     * {@return the option; null where the module that holds it, {@code jdk.unsupported}, is missing} Looked up by name, so that neither the
     * build nor the run needs it.
     */
    public static @Nullable OpenOption lookUp() {
        try {
            Object[] constants =
                    Class.forName(OPTION_CLASS, true, ClassLoader.getSystemClassLoader()).getEnumConstants();
            return Arrays.stream(constants == null ? new Object[0] : constants)
                    .filter(constant -> constant instanceof Enum<?> e && e.name().equals(OPTION_NAME))
                    .map(OpenOption.class::cast)
                    .findFirst()
                    .orElse(null);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}

package io.lss.tck.device;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Another JVM that runs a {@link DeviceScript}. */
public final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /**
     * {@return the command that runs java with all of a product on the class path}
     *
     * @param product a class of each of its modules
     * @param flags more for java
     */
    public static List<String> onClassPath(List<Class<?>> product, String... flags) {
        List<String> command = java(flags);
        command.addAll(List.of("-cp", roots(product) + File.pathSeparator + root(DeviceScript.class)));
        return command;
    }

    /**
     * {@return the command that runs java with a product's modules on the module path}
     *
     * @param product a class of each of its modules
     * @param module the provider's
     * @param flags more for java
     */
    public static List<String> onModulePath(List<Class<?>> product, String module, String... flags) {
        List<String> command = java(flags);
        command.addAll(List.of("-p", roots(product), "--add-modules", module, "-cp", root(DeviceScript.class).toString()));
        return command;
    }

    private static List<String> java(String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "--illegal-native-access=deny"));
        command.addAll(List.of(flags));
        return command;
    }

    /**
     * {@return a script that runs}
     *
     * @param java a command that runs java, perhaps through another program
     * @param arguments those of {@link DeviceScript#main}
     * @throws IOException if it cannot be started
     */
    public static ChildJvm run(List<String> java, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(java);
        command.add(DeviceScript.class.getName());
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static String roots(List<Class<?>> classes) {
        return classes.stream().map(type -> root(type).toString()).distinct().collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * {@return the directory or archive that a class comes from} Not the code source: for a class that was patched into a module that is
     * where the module is.
     *
     * @param type the class
     */
    public static Path root(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        String url = Objects.requireNonNull(type.getResource("/" + name)).toString();
        String root = url.substring(0, url.length() - name.length());
        boolean jar = root.startsWith("jar:");
        return Path.of(URI.create(jar ? root.substring("jar:".length(), root.length() - "!/".length()) : root));
    }

    /** {@return the process's number} */
    public long pid() {
        return process.pid();
    }

    /**
     * {@return the next line that the child prints; "null" if it has ended}
     *
     * @throws IOException if it cannot be read
     */
    public String line() throws IOException {
        return String.valueOf(output.readLine());
    }

    /** Kills it, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets the child end. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}

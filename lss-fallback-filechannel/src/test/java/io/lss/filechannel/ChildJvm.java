package io.lss.filechannel;

import io.lss.filechannel.child.Script;
import io.lss.localfiles.StoreDirectory;
import io.lss.spi.flush.DeviceProvider;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another JVM that runs a {@link Script}. */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** With everything on the class path. */
    static List<String> onClassPath(String... flags) {
        return java("-cp", path(libraries().toList()) + File.pathSeparator + root(Script.class), flags);
    }

    /** With the product's modules on the module path. */
    static List<String> onModulePath(String... flags) {
        var all = new ArrayList<>(List.of("--add-modules", "io.lss.filechannel", "-cp", root(Script.class).toString()));
        all.addAll(List.of(flags));
        return java("-p", path(libraries().toList()), all.toArray(String[]::new));
    }

    private static List<String> java(String pathFlag, String path, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(pathFlag);
        command.add(path);
        command.addAll(List.of(flags));
        return command;
    }

    static ChildJvm run(List<String> java, Path directory, String... commands) throws IOException {
        List<String> command = new ArrayList<>(java);
        command.add(Script.class.getName());
        command.add(directory.toString());
        command.addAll(List.of(commands));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static Stream<Path> libraries() {
        return Stream.of(DeviceProvider.class, StoreDirectory.class, FileChannelDeviceProvider.class)
                .map(ChildJvm::root);
    }

    private static String path(List<Path> parts) {
        return parts.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Not the code source: for a class that was patched into a module that is where the module is. */
    private static Path root(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource("/" + name));
        String root = url.substring(0, url.length() - name.length());
        boolean jar = root.startsWith("jar:");
        return Path.of(URI.create(jar ? root.substring("jar:".length(), root.length() - "!/".length()) : root));
    }

    long pid() {
        return process.pid();
    }

    /** {@return the next line that the child prints} */
    String line() throws IOException {
        return String.valueOf(output.readLine());
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets the child end. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}

package io.lss.localfiles;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Another JVM with the classes of this test on its class path. It is told to go on by closing its standard input. */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    static ChildJvm run(Class<?> main, String... arguments) throws IOException {
        return run(main, Map.of(), arguments);
    }

    static ChildJvm run(Class<?> main, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(String.join(java.io.File.pathSeparator, roots().map(Path::toString).toList()));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start());
    }

    /** {@return where the classes under test and the test's own are} */
    static Stream<Path> roots() {
        return Stream.of(io.lss.api.StoreException.class, StoreDirectory.class, ChildJvm.class)
                .map(ChildJvm::root);
    }

    static URL[] rootUrls() {
        return roots()
                .map(root -> {
                    try {
                        return root.toUri().toURL();
                    } catch (MalformedURLException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toArray(URL[]::new);
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

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}

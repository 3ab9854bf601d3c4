package io.lss.cli;

import io.lss.cli.held.HeldProvider;
import io.lss.spi.flush.DeviceProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The words that start a command which comes to a point of its work and stays there until it is interrupted: see {@link HeldProvider}. */
final class HeldCommand {
    private HeldCommand() {}

    /**
     * {@return the words}
     *
     * @param directory for the list of services, on the class path of the new process
     * @param place the store at which it is held
     * @param operation on a segment
     * @param number which of them
     * @param within below which method
     * @param args of the command
     */
    static List<String> words(Path directory, Path place, String operation, int number, String within, Object... args) throws IOException {
        Path services = directory.resolve("services");
        Path list = services.resolve("META-INF/services/" + DeviceProvider.class.getName());
        Files.createDirectories(Objects.requireNonNull(list.getParent()));
        Files.writeString(list, HeldProvider.class.getName());
        String path = String.join(
                File.pathSeparator,
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""),
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                services.toString());
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "--class-path", path));
        words.add("-D" + HeldProvider.PLACE + "=" + place);
        words.add("-D" + HeldProvider.OPERATION + "=" + operation);
        words.add("-D" + HeldProvider.NUMBER + "=" + number);
        words.add("-D" + HeldProvider.WITHIN + "=" + within);
        words.add(Main.class.getName());
        for (Object each : args) {
            words.add(each.toString());
        }
        return words;
    }
}

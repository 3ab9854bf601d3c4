package io.lss.tck.device;

import io.lss.api.Durability;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A program that finds a provider as a user's program does, opens a device and does with it what its arguments say, one
 * line of output each: what came of it. It runs in a JVM of its own, see {@link ChildJvm}.
 */
public final class DeviceScript {

    private static final int LENGTH = 4096;
    private static final long SEGMENT = 1 << 20;
    private static final int BUFFERS = 4;
    private static final int BUFFER = 1 << 16;
    private static final long SLICE_NANOS = 100_000_000;

    private final Device device;
    private @Nullable Segment segment;
    private long position;

    private DeviceScript(Device device) {
        this.device = device;
    }

    /**
     * The program.
     *
     * @param args the provider's name, the directory, properties as {@code key=value}, and then commands: {@code probe} alone; or {@code describe},
     *     {@code create}, {@code write}, {@code write-durable}, {@code batch}, {@code sync}, {@code root}, {@code delete}, {@code wait}
     * @throws Exception if the program cannot go on
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        DeviceProvider provider = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.name().equals(args[0]))
                .findFirst()
                .orElseThrow();
        Path directory = Path.of(args[1]);
        int next = 2;
        Map<String, String> properties = new HashMap<>();
        while (next < args.length && args[next].contains("=")) {
            String[] pair = args[next++].split("=", 2);
            properties.put(pair[0], pair[1]);
        }
        if (next < args.length && args[next].equals("probe")) {
            Probe probe = provider.probe(directory.toUri());
            out.println((probe.available() ? "available: " : "unavailable: ") + probe.explanation());
            return;
        }
        var options = new DeviceOptions(true, false, Durability.SYNC, BUFFER, BUFFERS, properties);
        try (Device device = provider.open(directory.toUri(), options)) {
            DeviceScript script = new DeviceScript(device);
            for (int i = next; i < args.length; i++) {
                out.println(script.outcome(args[i]));
            }
        } catch (IOException e) {
            out.println(e);
        }
    }

    private String outcome(String command) {
        try {
            return perform(command);
        } catch (Exception e) {
            return String.valueOf(e);
        }
    }

    private String perform(String command) throws Exception {
        return switch (command) {
            case "describe" -> device.traits().description();
            case "create" -> {
                segment = device.create(1, SEGMENT);
                yield "ok";
            }
            case "write", "write-durable" -> write(command.equals("write-durable"));
            case "batch" -> batch();
            case "sync" -> {
                Waiting waiting = new Waiting();
                current().sync(waiting);
                yield waiting.await(device);
            }
            case "root" -> {
                device.writeRoot(0, new byte[LENGTH]);
                yield "ok";
            }
            case "delete" -> {
                current().close();
                device.delete(1);
                yield "ok";
            }
            case "wait" -> "" + System.in.read();
            default -> throw new IllegalArgumentException(command);
        };
    }

    private Segment current() {
        Segment current = segment;
        if (current == null) {
            throw new IllegalStateException("no segment was created");
        }
        return current;
    }

    private String write(boolean durable) throws Exception {
        Waiting waiting = new Waiting();
        current().write(device.allocate(LENGTH), position, durable, waiting);
        position += LENGTH;
        return waiting.await(device);
    }

    /** Four durable writes together. */
    private String batch() throws Exception {
        Waiting[] all = new Waiting[BUFFERS];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Waiting();
            current().write(device.allocate(LENGTH), position, true, all[i]);
            position += LENGTH;
        }
        StringBuilder outcomes = new StringBuilder();
        for (Waiting waiting : all) {
            outcomes.append(outcomes.isEmpty() ? "" : " ").append(waiting.await(device));
        }
        return outcomes.toString();
    }

    /** As {@link Outcome}, which needs the test framework. */
    private static final class Waiting implements Completion {
        private final CompletableFuture<String> told = new CompletableFuture<>();

        @Override
        public void done(long bytes, @Nullable IOException failure) {
            if (!told.complete(failure == null ? "ok" : String.valueOf(failure.getMessage()))) {
                throw new AssertionError("F2: completed twice");
            }
        }

        String await(Device device) throws Exception {
            device.submit();
            while (!device.traits().anyThread() && !told.isDone()) {
                device.drive(SLICE_NANOS);
            }
            return told.get();
        }
    }
}

package io.lss.filechannel.child;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A program that finds the provider as a user's program does, opens a device and does with it what its arguments say, one
 * line of output each: what came of it. In a package of its own, so that it can be outside the module.
 */
public final class Script {

    private static final int LENGTH = 4096;
    private static final long SEGMENT = 1 << 20;

    private final Device device;
    private @Nullable Segment segment;
    private long position;

    private Script(Device device) {
        this.device = device;
    }

    /** The directory, and then commands. */
    public static void main(String[] args) throws Exception {
        DeviceProvider provider = ServiceLoader.load(DeviceProvider.class).iterator().next();
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 16, 4, Map.of());
        try (Device device = provider.open(Path.of(args[0]).toUri(), options)) {
            Script script = new Script(device);
            for (int i = 1; i < args.length; i++) {
                System.out.println(script.outcome(args[i]));
            }
        } catch (IOException e) {
            System.out.println(e);
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
            case "sync" -> sync();
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
        var done = new CompletableFuture<String>();
        current().write(device.allocate(LENGTH), position, durable, (bytes, failure) -> done.complete(told(failure)));
        position += LENGTH;
        return done.get();
    }

    private String sync() throws Exception {
        var done = new CompletableFuture<String>();
        current().sync((bytes, failure) -> done.complete(told(failure)));
        return done.get();
    }

    private static String told(@Nullable IOException failure) {
        return failure == null ? "ok" : String.valueOf(failure.getMessage());
    }
}

package io.lss.uring;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.ChildJvm;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program that uses a device in a JVM whose memory, or whose system calls, fail. Arguments: anything, the directory, and then what to do, a
 * line of output each. It ends with "closed", if the device can be closed.
 */
public final class UringChild {

    private static final int LENGTH = 100;

    private final Device device;
    private final Segment segment;
    private final List<ByteBuffer> hog = new ArrayList<>();

    private UringChild(Device device, int bytes) throws IOException {
        this.device = device;
        this.segment = device.create(1, bytes);
    }

    /** {@return a command that runs this program, its arguments to be appended; {@link ChildJvm} appends the first} */
    static List<String> command(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--enable-native-access=ALL-UNNAMED");
        List<String> command = ChildJvm.onClassPath(Ways.PRODUCT, all.toArray(String[]::new));
        int path = command.indexOf("-cp") + 1;
        command.set(path, command.get(path) + ":" + Path.of("target/test-classes").toAbsolutePath());
        command.add(UringChild.class.getName());
        return command;
    }

    /** The program. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var options = new DeviceOptions(
                true, false, Durability.SYNC, 1 << 20, 2, Map.of("library", "none", "preallocate", args[2], "durable", args[3]));
        try (Device device = new UringDeviceProvider().open(Path.of(args[1]).toUri(), options)) {
            out.println(device.traits().description());
            UringChild child = new UringChild(device, 8 << 20);
            for (int i = 4; i < args.length; i++) {
                out.println(child.outcome(args[i]));
            }
        } catch (IOException e) {
            out.println(e.getMessage());
        }
        out.println("closed");
    }

    private String outcome(String command) throws IOException {
        switch (command) {
            case "hog" -> hog();
            case "free" -> {
                hog.clear();
                System.gc();
            }
            case "read" -> {
                return read();
            }
            case "batch" -> {
                return batch();
            }
            case "batches" -> {
                for (int i = 0; i < 1000; i++) {
                    batch();
                }
            }
            case "rings" -> {
                try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
                    return lines.filter(line -> line.contains("io_uring")).count() + "";
                }
            }
            default -> throw new IllegalArgumentException(command);
        }
        return "ok";
    }

    private void hog() {
        for (int bytes = 1 << 20; bytes >= 1; ) {
            try {
                hog.add(ByteBuffer.allocateDirect(bytes));
            } catch (OutOfMemoryError e) {
                bytes /= 32; // each refusal takes the JVM a moment, in which it collects
            }
        }
    }

    private String read() {
        try {
            return "" + segment.read(MemorySegment.ofArray(new byte[LENGTH]), 8);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (OutOfMemoryError e) {
            return "OutOfMemoryError";
        }
    }

    private String batch() {
        List<ReadRequest> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            requests.add(new ReadRequest(segment, MemorySegment.ofArray(new byte[LENGTH]), 8L + i));
        }
        device.readAll(requests);
        StringBuilder outcomes = new StringBuilder();
        for (ReadRequest request : requests) {
            try {
                outcomes.append(request.bytes()).append(' ');
            } catch (IOException e) {
                outcomes.append(e.getMessage()).append(' ');
            } catch (IllegalStateException e) {
                outcomes.append("not completed ");
            }
        }
        return outcomes.toString().strip();
    }
}

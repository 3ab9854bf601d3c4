package io.lss.faults.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A disk image served as a file by qemu-storage-daemon, over FUSE, whose errors and speed are chosen while it serves:
 *
 * <pre>
 *   export (FUSE) -- throttle -- [blkdebug, once armed] -- raw -- image
 * </pre>
 */
final class StorageDaemon implements AutoCloseable {

    private static final int MOST_SECONDS = 20;

    private final Process process;
    private final Path export;
    private final SocketChannel channel;
    private final BufferedReader answers;
    private final Writer commands;
    private int armed;

    private StorageDaemon(Process process, Path export, SocketChannel channel) throws IOException {
        this.process = process;
        this.export = export;
        this.channel = channel;
        this.answers = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        this.commands = new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8);
        command("qmp_capabilities", "");
    }

    /** Skips where it cannot be had. */
    static void needed() throws SkippedException {
        Stage.needsRoot();
        Stage.needs("qemu-storage-daemon", "qemu-system-common (or qemu-utils), and fuse3");
        Stage.needs("fusermount3", "fuse3");
        if (!Files.exists(Path.of("/dev/fuse"))) {
            throw new SkippedException("there is no /dev/fuse: load the module fuse, or give the container the device");
        }
    }

    /** {@return one that serves an image, as it should} */
    static StorageDaemon serve(Path directory, Path image) throws IOException {
        Path export = Files.createTempFile(directory, "export", ".raw");
        Path socket = Files.createTempDirectory("lss-qmp").resolve("qmp"); // its path may not be long
        Process process = new ProcessBuilder(
                        "qemu-storage-daemon",
                        "--blockdev",
                        "node-name=file,driver=file,filename=" + image,
                        "--blockdev",
                        "node-name=disk,driver=raw,file=file",
                        "--object",
                        "throttle-group,id=pace",
                        "--blockdev",
                        "node-name=top,driver=throttle,throttle-group=pace,file=disk",
                        "--export",
                        "type=fuse,id=export,node-name=top,mountpoint=" + export + ",writable=on",
                        "--chardev",
                        "socket,id=qmp,path=" + socket + ",server=on,wait=off",
                        "--monitor",
                        "chardev=qmp")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return new StorageDaemon(process, export, connect(process, socket));
        } catch (IOException | RuntimeException e) {
            end(process);
            Mounted.unmountIfMounted(export);
            throw e;
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(socket.getParent());
        }
    }

    /** The monitor comes last: when it answers, the export is there. */
    private static SocketChannel connect(Process process, Path socket) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return channel;
            } catch (IOException e) {
                channel.close();
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("qemu-storage-daemon does not serve; see standard error", e);
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private void command(String name, String arguments) throws IOException {
        commands.write("{\"execute\":\"" + name + "\"" + (arguments.isEmpty() ? "" : ",\"arguments\":" + arguments) + "}\n");
        commands.flush();
        while (true) {
            String line = answers.readLine();
            if (line == null || line.contains("\"error\"")) {
                throw new IOException("qemu-storage-daemon refused " + name + " " + arguments + ": " + line);
            }
            if (line.contains("\"return\"")) {
                return;
            }
        }
    }

    /** {@return the file it serves} */
    Path export() {
        return export;
    }

    /** From now on the next request of a kind ({@code write}, {@code flush}) fails, once. */
    void failOnce(String kind, int errno) throws IOException {
        fail("\"iotype\":\"" + kind + "\"", errno);
    }

    /** From now on the next write of a sector, of 512 bytes, fails, once. */
    void failWriteOnce(long sector, int errno) throws IOException {
        fail("\"iotype\":\"write\",\"sector\":" + sector, errno);
    }

    private void fail(String what, int errno) throws IOException {
        String node = "errors" + ++armed;
        command(
                "blockdev-add",
                "{\"driver\":\"blkdebug\",\"node-name\":\"" + node
                        + "\",\"image\":\"disk\",\"inject-error\":[{\"event\":\"none\"," + what + ",\"errno\":" + errno
                        + ",\"once\":true}]}");
        under(node);
    }

    /** No request fails any more. */
    void heal() throws IOException {
        under("disk");
    }

    private void under(String node) throws IOException {
        command(
                "blockdev-reopen",
                "{\"options\":[{\"driver\":\"throttle\",\"node-name\":\"top\",\"throttle-group\":\"pace\",\"file\":\""
                        + node + "\"}]}");
    }

    /** Serves no more than so many requests a second; 0: any number. */
    void slowTo(int requests) throws IOException {
        command("qom-set", "{\"path\":\"/objects/pace\",\"property\":\"limits\",\"value\":{\"iops-total\":" + requests + "}}");
    }

    /** Ends it as a crash does. */
    void kill() throws IOException {
        process.destroyForcibly();
        await(process);
    }

    private static void await(Process process) throws IOException {
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("qemu-storage-daemon does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Process process) throws IOException {
        process.destroy(); // it takes its mount away
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        await(process);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        end(process);
        Mounted.unmountIfMounted(export);
    }
}

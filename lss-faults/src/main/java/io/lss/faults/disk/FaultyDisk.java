package io.lss.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An image served by a {@link StorageDaemon}, with errors and a speed that are chosen while it serves:
 *
 * <pre>
 *   export -- throttle -- [blkdebug, once armed] -- raw -- image
 * </pre>
 */
public final class FaultyDisk implements AutoCloseable {

    private final StorageDaemon daemon;
    private final Qmp monitor;
    private int armed;

    private FaultyDisk(StorageDaemon daemon, Qmp monitor) {
        this.daemon = daemon;
        this.monitor = monitor;
    }

    /**
     * {@return one that serves an image, as it should}
     *
     * @param directory where it may make a directory for itself
     * @param image the file
     * @throws IOException if it does not serve
     */
    public static FaultyDisk serve(Path directory, Path image) throws IOException {
        Path own = Files.createTempDirectory(directory, "disk-");
        try (TemporaryDirectory sockets = TemporaryDirectory.named("lss-qmp")) { // the path of a socket may not be long
            Path socket = sockets.path().resolve("qmp");
            StorageDaemon daemon = StorageDaemon.start(own, "top", List.of(
                    "--blockdev", "driver=file,node-name=file,discard=unmap,filename=" + image,
                    "--blockdev", "driver=raw,node-name=disk,discard=unmap,file=file",
                    "--object", "throttle-group,id=pace",
                    "--blockdev", "driver=throttle,node-name=top,discard=unmap,throttle-group=pace,file=disk",
                    "--chardev", "socket,id=qmp,path=" + socket + ",server=on,wait=off",
                    "--monitor", "chardev=qmp"));
            try {
                return new FaultyDisk(daemon, Qmp.connect(socket));
            } catch (IOException | RuntimeException e) {
                daemon.close();
                throw e;
            }
        }
    }

    /** {@return the file that is the device} */
    public Path exported() {
        return daemon.exported();
    }

    /**
     * From now on the next request of a kind fails, once.
     *
     * @param kind {@code write} or {@code flush}
     * @param errno how
     * @throws IOException if that cannot be had
     */
    public void failOnce(String kind, int errno) throws IOException {
        fail("\"iotype\":\"" + kind + "\"", errno);
    }

    /**
     * From now on the next write of a sector fails, once.
     *
     * @param sector its number, in units of 512 bytes
     * @param errno how
     * @throws IOException if that cannot be had
     */
    public void failWriteOnce(long sector, int errno) throws IOException {
        fail("\"iotype\":\"write\",\"sector\":" + sector, errno);
    }

    private void fail(String what, int errno) throws IOException {
        String node = "errors" + ++armed;
        monitor.command(
                "blockdev-add",
                "{\"driver\":\"blkdebug\",\"node-name\":\"" + node
                        + "\",\"discard\":\"unmap\",\"image\":\"disk\",\"inject-error\":[{\"event\":\"none\"," + what
                        + ",\"errno\":" + errno + ",\"once\":true}]}");
        under(node);
    }

    /**
     * No request fails any more.
     *
     * @throws IOException if that cannot be had
     */
    public void heal() throws IOException {
        under("disk");
    }

    /** What is not named here is as by default from now on. */
    private void under(String node) throws IOException {
        monitor.command(
                "blockdev-reopen",
                "{\"options\":[{\"driver\":\"throttle\",\"node-name\":\"top\",\"discard\":\"unmap\","
                        + "\"throttle-group\":\"pace\",\"file\":\"" + node + "\"}]}");
    }

    /**
     * Serves no more than so many requests a second.
     *
     * @param requests how many; 0: any number
     * @throws IOException if that cannot be had
     */
    public void slowTo(int requests) throws IOException {
        monitor.command(
                "qom-set", "{\"path\":\"/objects/pace\",\"property\":\"limits\",\"value\":{\"iops-total\":" + requests + "}}");
    }

    /**
     * Ends it as a crash does.
     *
     * @throws IOException if it does not end
     */
    public void crash() throws IOException {
        daemon.crash();
    }

    @Override
    public void close() throws IOException {
        try (StorageDaemon _ = daemon) {
            monitor.close();
        }
    }
}

package io.lss.faults.block;

import io.lss.api.Durability;
import io.lss.faults.Shell;
import io.lss.faults.block.WriteLog.Entry;
import io.lss.faults.disk.LoopDevice;
import io.lss.faults.disk.Mount;
import io.lss.faults.disk.StorageDaemon;
import io.lss.faults.load.Account;
import io.lss.faults.load.Claims;
import io.lss.faults.load.Load;
import io.lss.faults.load.LoadProcess;
import io.lss.faults.load.LoadProcess.Order;
import io.lss.faults.load.Moment;
import io.lss.faults.load.Run;
import io.lss.faults.load.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A load's life as its disk saw it: every write and flush in order, the pages of the accounts among them.
 *
 * <pre>
 *   disk   | file system | 1 MiB free | account of run 1 | 1 MiB further: account of run 2 |
 * </pre>
 */
final class Recording implements AutoCloseable {

    static final String STORE = "store";

    private static final long MIB = 1 << 20;
    private static final long BEYOND = 4 * MIB;

    /** How far a run goes: trims have happened then, and the log has rolled several times. */
    private static final int RECORDS = 400;

    private static final int RECORDS_UNLESS_EAGER = 2_500;

    private static final int TRIMS = 3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Mirrored(int run, Account account, long position, TreeMap<Integer, Entry> pages) {

        Mirrored(int run, Account account, long position) {
            this(run, account, position, new TreeMap<>());
        }
    }

    private final Plan plan;
    private final SplittableRandom random;
    private final Path images;
    private final Path mountPoint;
    private final List<Mirrored> runs = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private int mounted;
    private WriteLog log;

    /** Makes it. The directories are of this recording alone. */
    Recording(Plan plan, SplittableRandom random, Path images, Path mountPoint) throws IOException, InterruptedException {
        this.plan = plan;
        this.random = random;
        this.images = images;
        this.mountPoint = mountPoint;
        this.log = record();
        for (Mirrored each : runs) {
            List<Entry> entries = log.entries();
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                if (entry.position() == each.position && entry.data().byteSize() == Account.PAGE) {
                    each.pages.put(i, entry);
                }
            }
        }
    }

    private WriteLog record() throws IOException, InterruptedException {
        Path disk = images.resolve("disk");
        Path file = images.resolve("log");
        DiskImage.create(disk, bytes()).close();
        Files.createFile(file);
        List<String> nodes = List.of(
                "--blockdev", "driver=file,node-name=disk,discard=unmap,filename=" + disk,
                "--blockdev", "driver=file,node-name=log,discard=unmap,filename=" + file,
                "--blockdev", "driver=raw,node-name=raw,discard=unmap,file=disk",
                "--blockdev", "driver=blklogwrites,node-name=logged,discard=unmap,file=raw,log=log,log-sector-size=512");
        List<LoadProcess> processes = new ArrayList<>();
        try (StorageDaemon daemon = StorageDaemon.start(images, "logged", nodes);
                LoopDevice device = LoopDevice.on(daemon.exported(), random.nextInt(3) == 0 ? 4096 : 512)) {
            for (int run = plan.killed() ? 0 : 1; run < 2; run++) {
                processes.add(LoadProcess.start()); // beside the making of the file system
            }
            plan.fileSystem().make(device.path());
            String options = random.nextBoolean() ? "discard" : "defaults";
            try (Mount mount = Mount.of(device.path(), mountPoint, plan.fileSystem().type(), options)) {
                Shell.run("sync", "--file-system", mount.root().toString());
                mounted = WriteLog.count(file);
                for (LoadProcess process : processes) {
                    bear(process, mount, device);
                    ends.add(WriteLog.count(file));
                }
            } finally {
                processes.forEach(LoadProcess::close);
            }
        }
        Files.delete(disk);
        return WriteLog.read(file);
    }

    /** Has a process bear the load, and kills it. The first of two may do that itself, in the middle of an operation. */
    private void bear(LoadProcess process, Mount mount, LoopDevice device) throws IOException, InterruptedException {
        boolean first = plan.killed() && runs.isEmpty();
        // The first of two is not eager: when it dies before a sync, there are writes that nobody has synced.
        int number = 1 + 2 * runs.size() + (first ? 0 : random.nextInt(2));
        Path shared = images.resolve("account-" + number);
        Mirrored run = new Mirrored(number, Account.create(shared), plan.fileSystem().bytes() + (1 + runs.size()) * MIB);
        Setup setup = Setup.of(plan.provider(), plan.mode(), Durability.SYNC, random.nextInt(60)); // of every kind
        runs.add(run);
        process.begin(new Order(
                first ? setup.dyingAt(moment()) : setup, mount.root().resolve(STORE), shared, number, false, device.path(),
                run.position));
        boolean open = process.awaitOpen();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (open && process.isAlive() && !hasGoneFar(run)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the load does not get on: " + run.account.get(Claims.stable(0))
                        + " records of one thread are stable");
            }
            LockSupport.parkNanos(1_000_000);
        }
        process.close();
        if (process.hasFailed()) {
            throw new IOException("run " + number + " ended by itself, see its stack trace; " + setup.text());
        }
    }

    private Moment moment() {
        return switch (random.nextInt(4)) {
            case 0 -> new Moment(Moment.Operation.WRITE, Moment.Phase.WITHIN, 30 + random.nextInt(100));
            case 1 -> new Moment(Moment.Operation.SYNC, Moment.Phase.WITHIN, 10 + random.nextInt(30));
            default -> new Moment(Moment.Operation.SYNC, Moment.Phase.BEFORE, 10 + random.nextInt(30));
        };
    }

    private static boolean hasGoneFar(Mirrored run) {
        return run.account.get(Claims.stable(0)) >= (Load.isEager(run.run) ? RECORDS : RECORDS_UNLESS_EAGER)
                && run.account.get(Claims.TRIM_TOLD) > TRIMS * Setup.SEGMENT;
    }

    Plan plan() {
        return plan;
    }

    /** {@return the size of the disk} */
    long bytes() {
        return plan.fileSystem().bytes() + BEYOND;
    }

    List<Entry> entries() {
        return log.entries();
    }

    /** {@return how many entries there were when the file system was there and the load had not begun} */
    int mounted() {
        return mounted;
    }

    /** {@return how many entries there were, about, when each run had ended} */
    List<Integer> ends() {
        return ends;
    }

    /** {@return the runs, and what each of them had said, when the disk had got {@code p} entries} */
    List<Run> runsAt(int p) {
        List<Run> at = new ArrayList<>();
        for (Mirrored each : runs) {
            Map.Entry<Integer, Entry> last = each.pages.lowerEntry(p);
            at.add(new Run(each.run, new MirroredClaims(each.account, last == null ? null : last.getValue().data())));
        }
        return at;
    }

    /**
     * {@return after how many entries records had been acknowledged as stable, or else openings, roots and trims, that had not
     * before}
     */
    List<Integer> acknowledgements(boolean ofRecords) {
        List<Integer> found = new ArrayList<>();
        for (Mirrored each : runs) {
            long before = 0;
            for (Map.Entry<Integer, Entry> page : each.pages.entrySet()) {
                Claims claims = new MirroredClaims(each.account, page.getValue().data());
                long told = ofRecords ? stable(claims) : told(claims);
                if (told != before) {
                    found.add(page.getKey() + 1);
                }
                before = told;
            }
        }
        return found;
    }

    /** {@return a sum that grows with each acknowledgement of another kind than records} */
    private static long told(Claims claims) {
        return claims.get(Claims.OPENED) + claims.get(Claims.ROOT_TOLD) + claims.get(Claims.TRIM_TOLD);
    }

    /** {@return a sum that grows with each acknowledgement of records} */
    private static long stable(Claims claims) {
        long sum = 0;
        for (int thread = 0; thread < Load.THREADS; thread++) {
            sum += claims.get(Claims.stable(thread));
        }
        return sum;
    }

    /** {@return after how many entries the second run had opened the store; the number of all if it never had} */
    int reopened() {
        return runs.getLast().pages.isEmpty() ? entries().size() : runs.getLast().pages.firstKey() + 1;
    }

    @Override
    public void close() throws IOException {
        log.close();
        Files.delete(images.resolve("log"));
    }
}

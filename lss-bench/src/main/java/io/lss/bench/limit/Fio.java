package io.lss.bench.limit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.run.Places;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the device does, as fio measures it: io_uring, O_DIRECT, registered buffers and file. Nothing is framed, checksummed or even looked at.
 * Each measurement is a process of its own; all work on one file, made before the first and removed at the close.
 */
public final class Fio implements Contender {

    /**
     * Has glibc ask for transparent huge pages under what it allocates: fio by itself can only use those that were reserved. Buffers then begin at
     * a huge page ({@code iomem_align}).
     */
    private static final Map<String, String> HUGE_PAGES = Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

    /** What a file consists of when the measurement begins. */
    public enum Layout {
        /** Blocks written before. */
        WRITTEN,
        /** Blocks allocated and never written; the file is made anew each time, outside the time that is measured: fio cannot but leave it out. */
        FALLOCATED
    }

    private final String name;
    private final Path file;
    private final int mebibytes;
    private final Layout layout;
    private final List<String> job;
    private boolean isReady;

    private Fio(String name, Path file, int mebibytes, Layout layout, String... job) {
        this.name = name;
        this.file = file;
        this.mebibytes = mebibytes;
        this.layout = layout;
        this.job = List.of(job);
    }

    /** {@return sequential writes of 1 MiB, four in flight, durable at the end} */
    public static Fio write(String name, Path file, int mebibytes, Layout layout) {
        String space = layout == Layout.WRITTEN ? "--overwrite=1" : "--fallocate=native";
        return new Fio(name, file, mebibytes, layout, "--rw=write", "--bs=1m", "--iodepth=4", "--end_fsync=1", space);
    }

    /** {@return random reads of so many KiB, so many in flight} */
    public static Fio randomRead(String name, Path file, int mebibytes, int kibibytes, int depth, Duration time) {
        return new Fio(name, file, mebibytes, Layout.WRITTEN, "--rw=randread", "--bs=" + kibibytes + "k", "--iodepth=" + depth, "--norandommap=1",
                "--randrepeat=0", "--time_based=1", "--runtime=" + time.toMillis() + "ms");
    }

    /** {@return a sequential read of the whole file, 1 MiB each, four in flight} */
    public static Fio sequentialRead(String name, Path file, int mebibytes) {
        return new Fio(name, file, mebibytes, Layout.WRITTEN, "--rw=read", "--bs=1m", "--iodepth=4");
    }

    /** {@return whether there is a program of that name to run} */
    static boolean isInstalled() {
        return List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "fio")));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String flags() {
        return "GLIBC_TUNABLES=" + HUGE_PAGES.get("GLIBC_TUNABLES") + " " + String.join(" ", command("FILE", job));
    }

    private List<String> command(String target, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                "fio", "--name=limit", "--filename=" + target, "--size=" + mebibytes + "m", "--output-format=json", "--ioengine=io_uring",
                "--direct=1", "--fixedbufs=1", "--registerfiles=1", "--iomem_align=2m", "--clat_percentiles=0", "--lat_percentiles=1",
                "--percentile_list=50:99:99.9"));
        command.addAll(more);
        return command;
    }

    @Override
    public Figures measure() throws IOException, InterruptedException {
        if (!isInstalled()) {
            throw new IOException("fio is not installed: apt-get install fio");
        }
        if (layout == Layout.FALLOCATED) {
            Places.removeFile(file);
        } else if (!isReady) {
            JsonObject _ = run(List.of("--rw=write", "--bs=1m", "--iodepth=4", "--end_fsync=1"));
            isReady = true;
        }
        JsonObject done = run(job);
        JsonObject direction = done.getAsJsonObject(job.getFirst().endsWith("read") ? "read" : "write");
        JsonObject percentiles = direction.getAsJsonObject("lat_ns").getAsJsonObject("percentile");
        if (layout == Layout.FALLOCATED) {
            // Removed just before the next measurement, the disk would still discard it meanwhile.
            Places.removeFile(file);
        }
        return Figures.of(Metric.MIB_PER_SECOND, direction.get("bw_bytes").getAsDouble() / (1 << 20))
                .with(Metric.PER_SECOND, direction.get("iops").getAsDouble())
                .with(Metric.P50_MICROS, percentiles.get("50.000000").getAsDouble() / 1e3)
                .with(Metric.P99_MICROS, percentiles.get("99.000000").getAsDouble() / 1e3)
                .with(Metric.P999_MICROS, percentiles.get("99.900000").getAsDouble() / 1e3);
    }

    private JsonObject run(List<String> more) throws IOException, InterruptedException {
        // fio takes a colon in a name as the beginning of another.
        String output = External.run(command(file.toAbsolutePath().toString().replace(":", "\\:"), more), HUGE_PAGES);
        // Warnings come before and after what is JSON.
        int begin = output.startsWith("{") ? 0 : output.indexOf("\n{") + 1;
        try {
            JsonElement all = JsonParser.parseReader(new JsonReader(new StringReader(output.substring(begin))));
            JsonObject done = all.getAsJsonObject().getAsJsonArray("jobs").get(0).getAsJsonObject();
            if (done.get("error").getAsInt() != 0) {
                throw new IOException("fio ended with error " + done.get("error") + ": " + output);
            }
            return done;
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("fio printed something else than was expected: " + output, e);
        }
    }

    @Override
    public void close() throws IOException {
        Places.removeFile(file);
    }
}

package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk with sectors of 4096 bytes (row 18), which refuses a smaller direct write: the store works, its calls are of whole
 * sectors, and what it wrote opens elsewhere.
 */
record LargeSectors(String provider) implements Scenario {

    /**
     * A call that writes to a segment: its length and position. What goes through a ring is refused by the device if it is
     * smaller.
     */
    private static final List<Pattern> WRITES = List.of(
            Pattern.compile("pwrite64\\(\\d+<[^>]*/seg-[^>]*>, \"\"\\.\\.\\., (\\d+), (\\d+)"),
            Pattern.compile("pwritev2\\(\\d+<[^>]*/seg-[^>]*>, \\[\\{iov_base=\"\"\\.\\.\\., iov_len=(\\d+)}], 1, (\\d+)"));

    /** So many writes to segments are looked at, or more. */
    private static final int ENOUGH = 3;

    @Override
    public String title() {
        return "sectors-4096-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsRoot();
        Traced.needed();
        Path image = FileSystem.EXT4.create(stage.image(), 64 << 20);
        MountedFile mounted =
                stage.closing(MountedFile.of(image, 4096, stage.mountPoint(), FileSystem.EXT4, "defaults"));
        String sector = Files.readString(Path.of("/sys/block", mounted.device(), "queue/logical_block_size")).strip();
        Stage.require(sector.equals("4096"), "the loop device has sectors of " + sector);
        Trial trial = new Trial(stage, mounted.root().resolve("store"));
        Path trace = stage.directory().resolve("trace");
        Opening opening = provider.equals("uring") ? Opening.of(provider).with("durable", "pwritev2") : Opening.of(provider);
        try (Subject subject = trial.begin(
                opening, Trial.ALL, Subject.Launch.PLAIN.through(Traced.watching(trace, "pwrite64,pwritev2,write")))) {
            String open = subject.await("open");
            stage.check(open.contains("O_DIRECT") || open.contains("direct"), "not past the cache, so nothing is shown: " + open);
            subject.awaitAcknowledged(Drill.UNDER_WAY);
            subject.until("some writes to segments", () -> Traced.count(trace, LargeSectors::isWrite) > ENOUGH);
            Trial.finish(subject);
        }
        checkCalls(stage, trace);
        stage.fault("4096-byte sectors");
        trial.look(opening);
        trial.goOn(opening);
        for (String other : new String[] {"filechannel", provider}) { // on a disk with small sectors
            Path copy = stage.directory().resolve("copy-for-" + other);
            Shell.run("cp", "-r", trial.store().toString(), copy.toString());
            trial.lookAtCopy(copy, Opening.of(other));
            if (other.equals(provider)) {
                break;
            }
        }
    }

    private static boolean isWrite(String line) {
        return WRITES.stream().anyMatch(each -> each.matcher(line).find());
    }

    private static void checkCalls(Stage stage, Path trace) throws IOException {
        long calls = 0;
        for (String line : Files.readAllLines(trace)) {
            for (Pattern pattern : WRITES) {
                Matcher write = pattern.matcher(line);
                if (write.find()) {
                    calls++;
                    boolean whole = Long.parseLong(write.group(1)) % 4096 == 0 && Long.parseLong(write.group(2)) % 4096 == 0;
                    stage.check(whole, "a write that is not of whole sectors: " + line);
                }
            }
        }
        stage.progress(calls + " writing calls, all of whole sectors");
    }
}

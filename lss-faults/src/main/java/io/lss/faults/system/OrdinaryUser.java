package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.disk.TemporaryDirectory;
import io.lss.faults.load.ViolationException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A user without privileges who may lock little memory, or none (row 16): io_uring with less of it, or FileChannel and a reason
 * that names the limit.
 */
record OrdinaryUser(int limit) implements Scenario {

    /** Nobody. */
    private static final String ID = "65534";

    @Override
    public String title() {
        return "memlock-" + limit;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsRoot();
        Stage.needs("setpriv", "util-linux");
        Path home = stage.closing(TemporaryDirectory.in(Path.of("/var/tmp"), "lss-faults")).path();
        Shell.run("chown", ID + ":" + ID, home.toString());
        Trial trial = new Trial(stage, home.resolve("store"));
        Subject.Launch launch = Subject.Launch.PLAIN
                .through(
                        "prlimit",
                        "--memlock=" + limit + ":" + limit,
                        "setpriv",
                        "--reuid=" + ID,
                        "--regid=" + ID,
                        "--clear-groups")
                .classPath(readable(home));
        Opening any = Opening.of(Opening.ANY);
        try (Subject subject = trial.begin(any, Trial.ALL, launch, home)) {
            String open = subject.await("open");
            stage.check(
                    limit == 0
                            ? open.startsWith("provider=filechannel ") && open.contains("limit=0 KiB")
                            : open.startsWith("provider=uring "),
                    "not as the limit allows: " + open);
            stage.progress(open);
            subject.awaitAcknowledged(100);
            stage.fault("low limit on locked memory");
            Trial.finish(subject);
        }
        trial.look(Opening.of("filechannel"));
    }

    /** {@return the class path, as copies that anybody can read} */
    private static String readable(Path home) throws IOException {
        List<String> copies = new ArrayList<>();
        Path all = Files.createDirectory(home.resolve("classes"));
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.exists(Path.of(part))) {
                Path copy = all.resolve(copies.size() + "-" + Path.of(part).getFileName());
                Shell.run("cp", "-r", part, copy.toString());
                copies.add(copy.toString());
            }
        }
        Shell.run("chmod", "-R", "a+rX", all.toString());
        return String.join(File.pathSeparator, copies);
    }
}

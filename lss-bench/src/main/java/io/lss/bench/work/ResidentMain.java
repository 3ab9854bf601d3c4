package io.lss.bench.work;

import io.lss.bench.Subjects;
import io.lss.bench.run.Contender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process of a {@link Resident}. */
public final class ResidentMain {

    static final String MARK = "\u0001answer ";

    private ResidentMain() {}

    /**
     * Serves a log.
     *
     * @param args name, id of the subject, directory, work
     */
    public static void main(String... args) throws IOException, InterruptedException {
        serve(new LogContender(args[0], Subjects.of(args[1]).logs(), Work.parse(args[3]), Path.of(args[2])));
    }

    /** Measures when it is asked to, until it is told to close; a parent that is gone ends it too. */
    public static void serve(Contender contender) throws IOException, InterruptedException {
        Quiet.logs();
        try (contender;
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null && !line.equals("close"); line = in.readLine()) {
                answer(contender.measure().line());
            }
        }
        answer("closed");
        System.exit(0);
    }

    private static void answer(String text) {
        System.out.println("\n" + MARK + text);
        System.out.flush();
    }
}

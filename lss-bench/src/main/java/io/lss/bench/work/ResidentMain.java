package io.lss.bench.work;

import io.lss.bench.Subjects;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process of a {@link Resident}. */
public final class ResidentMain {

    static final String MARK = "\u0001answer ";

    /** Begins the answer of one that failed. */
    static final String FAILED = "failed: ";

    /** The system property with the length of the warm-up, in milliseconds. */
    static final String WARM_UP = "lss.bench.warmup";

    private static long warmAt;

    private ResidentMain() {}

    /**
     * Serves a log.
     *
     * @param args name, id of the subject, directory, work
     */
    public static void main(String... args) throws IOException, InterruptedException {
        serve(new LogContender(args[0], Subjects.of(args[1]).logs(), Work.parse(args[3]), Path.of(args[2])));
    }

    /** Measures when it is asked to, until it is told to close; a parent that is gone ends it too. What fails is an answer: the reason. */
    public static void serve(Contender contender) throws IOException, InterruptedException {
        Quiet.logs();
        warmAt = System.nanoTime() + Long.getLong(WARM_UP) * 1_000_000;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null && !line.equals("close"); line = in.readLine()) {
                answer(measure(contender));
            }
        }
        String last = "closed";
        try {
            contender.close();
        } catch (IOException | RuntimeException | Error e) {
            last = failed(e);
        }
        answer(last);
        // Whatever threads a library has left behind.
        Runtime.getRuntime().halt(0);
    }

    /** {@return the figures, or why there are none} The first is repeated until what the JVM compiles while it runs has been compiled. */
    private static String measure(Contender contender) throws InterruptedException {
        try {
            Figures figures = contender.measure();
            while (System.nanoTime() < warmAt) {
                figures = contender.measure();
            }
            return figures.line();
        } catch (IOException | RuntimeException | Error e) {
            return failed(e);
        }
    }

    /** An IOException says why; what else comes is a defect, and where it comes from is of interest. */
    private static String failed(Throwable e) {
        if (!(e instanceof IOException)) {
            e.printStackTrace();
        }
        return FAILED + String.valueOf(e).replaceAll("\\s+", " ");
    }

    private static void answer(String text) {
        System.out.println("\n" + MARK + text);
        System.out.flush();
    }
}

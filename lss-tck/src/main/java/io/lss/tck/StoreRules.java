package io.lss.tck;

import static org.junit.jupiter.api.Assumptions.abort;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What all rules have in common: where stores come from, and what is noted for the report. The rules themselves follow, each group in
 * a class of its own that adds to the one before; {@link StoreContract} has them all.
 */
@ExtendWith(RuleExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_METHOD) // what is noted for the report is of one test
abstract class StoreRules {

    /** The least block that a store writes, in bytes. */
    static final int LEAST_BLOCK = 4096;

    /** How many flush buffers there are. */
    static final int BUFFERS = 4;

    private final List<Stage> stages = new ArrayList<>();
    private final List<Site> sites = new ArrayList<>();
    private volatile boolean hangs;
    private volatile boolean givenUp;
    private final AtomicLong attempts = new AtomicLong();
    private volatile String subject = "";
    private long tries = 1; // a test that says nothing has tried one case
    private String seed = "";

    abstract Site newSite() throws IOException;

    abstract LogStructuredStore openStore(URI location, StoreOptions options) throws IOException;

    abstract StoreOptions.Builder newOptions();

    abstract Duration patience();

    /** {@return in what the medium writes, in bytes} */
    abstract int blockSize();

    /** {@return the length of a flush buffer, in bytes: the least there is, so that buffers are full all the time} */
    final int buffer() {
        return 4 * Math.max(LEAST_BLOCK, blockSize());
    }

    /** {@return the size of a segment, in bytes: the least there is, so that the log rolls all the time} */
    final long segment() {
        return 4L * buffer();
    }

    // ------------------------------------------------------------------------------------------- stages

    /** {@return options with small buffers and segments, in which nothing happens by itself: no linger, no reservation timeout} */
    final StoreOptions.Builder options() {
        return newOptions()
                .bufferSize(buffer())
                .buffers(BUFFERS)
                .segmentSize(segment())
                .linger(Duration.ZERO)
                .reservationTimeout(Duration.ZERO);
    }

    /** {@return a stage with nothing on it} It is closed when the test ends. */
    final Stage stage() throws IOException {
        return stage(options().build());
    }

    /** {@return a stage with nothing on it, for stores with these options} */
    final Stage stage(StoreOptions options) throws IOException {
        Stage stage = new Stage(newSite(), options, this::openStore, this::describe);
        stages.add(stage);
        return stage;
    }

    /** Closes a stage before the test ends, so that there are not many at a time. */
    final void end(Stage stage) throws IOException {
        stages.remove(stage);
        stage.close();
    }

    /** {@return a site without a store} It is closed when the test ends. */
    final Site site() throws IOException {
        Site site = newSite();
        sites.add(site);
        return site;
    }

    /** Skips the test, and says why in the report, unless the site of a stage has a capability. */
    static void need(Stage stage, Capability... capabilities) {
        needs(stage.site(), capabilities);
    }

    /** Skips the test, and says why in the report, unless a site has a capability. */
    static void needs(Site site, Capability... capabilities) {
        for (Capability each : capabilities) {
            if (!site.capabilities().contains(each)) {
                abort("not tried: needs that " + each.meaning() + ", which the site does not declare");
            }
        }
    }

    /** Ends what a test has left. */
    @AfterEach
    final void closeStages() throws IOException {
        List<Stage> ended = List.copyOf(stages);
        stages.clear();
        if (hangs) {
            return; // what hangs cannot be closed
        }
        for (Stage stage : ended) {
            stage.close();
        }
        List<Site> left = List.copyOf(sites);
        sites.clear();
        for (Site site : left) {
            site.close();
        }
    }

    // ------------------------------------------------------------------------------------------- the report

    /** Runs a test, or a try of one, no longer than patience lasts. */
    final void run(Method test, Patience.Body body) throws Throwable {
        Duration limit = patience().multipliedBy(test.isAnnotationPresent(TakesLong.class) ? TakesLong.FACTOR : 1);
        try {
            Patience.run(test.getName(), limit, body);
        } catch (Patience.HangException e) {
            hangs = true;
            throw e;
        }
    }

    final boolean hangs() {
        return hangs;
    }

    /** No more tries are made. */
    final void giveUp() {
        givenUp = true;
    }

    /** A try is made. */
    final void attempted() {
        attempts.incrementAndGet();
    }

    /** {@return how many tries were made, in making a failure smaller too} */
    final long attempts() {
        return attempts.get();
    }

    final boolean hasGivenUp() {
        return givenUp || hangs;
    }

    /** Says what is tested, for people. */
    final void describe(String text) {
        subject = text;
    }

    /** Says how many cases a test has tried. */
    final void tried(long cases) {
        tries = cases;
    }

    /** Says from what a test has drawn its cases. */
    final void drawnFrom(long drawn) {
        seed = Long.toString(drawn);
    }

    final long tries() {
        return tries;
    }

    final String seed() {
        return seed;
    }

    /** {@return what is tested, for people; empty before a store was opened} */
    final String subject() {
        return subject;
    }
}

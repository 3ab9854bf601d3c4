package io.lss.bench.scenario;

import io.lss.bench.run.Contender;
import io.lss.bench.work.Resident;
import io.lss.bench.work.ResidentMain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The scenarios. */
public enum Scenario {
    /** Records at random places, one at a time, or in batches. */
    READ(RandomReads::new),
    /** The whole log from begin to end. */
    SCAN(Scan::new),
    /** Opening a store that was closed. */
    REOPEN(Reopening::closed),
    /** Opening a store whose process was killed. */
    RECOVER(Reopening::killed),
    /** From the append to the record's appearance at a thread that follows the log. */
    FOLLOW(Following::new),
    /** Committers, a follower, random reads and trimming at the same time. */
    MIXED(Mixed::new),
    /** What a checksum of records costs alone, in memory. */
    CHECKSUM(ChecksumRate::new);

    private final Function<Setting, Contender> make;

    Scenario(Function<Setting, Contender> make) {
        this.make = make;
    }

    /** {@return one in this process} */
    Contender here(Setting setting) {
        return make.apply(setting);
    }

    /** {@return one in a process of its own} */
    public Contender resident(Setting setting) {
        List<String> arguments = new ArrayList<>(List.of(name()));
        arguments.addAll(setting.arguments());
        return new Resident(setting.name(), here(setting).flags(), Scenario.class, List.of(), arguments);
    }

    /**
     * The process of a scenario.
     *
     * @param args which, and its setting
     */
    public static void main(String... args) throws IOException, InterruptedException {
        ResidentMain.serve(valueOf(args[0]).here(Setting.parse(Arrays.asList(args).subList(1, args.length))));
    }
}

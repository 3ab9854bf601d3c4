package io.lss.bench.scenario;

import io.lss.bench.run.Contender;
import io.lss.bench.work.Resident;
import io.lss.bench.work.ResidentMain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The scenarios. */
public enum Scenario {
    /** Records at random places, one at a time, or in batches. */
    READ,
    /** The whole log from begin to end. */
    SCAN,
    /** Opening a store that was closed. */
    REOPEN,
    /** Opening a store whose process was killed. */
    RECOVER,
    /** From the append to the record's appearance at a thread that follows the log. */
    FOLLOW,
    /** Committers, a follower, random reads and trimming at the same time. */
    MIXED,
    /** What a checksum of records costs alone, in memory. */
    CHECKSUM;

    /** {@return one in this process} */
    Contender here(Setting setting) {
        return switch (this) {
            case READ -> new RandomReads(setting);
            case SCAN -> new Scan(setting);
            case REOPEN -> Reopening.closed(setting);
            case RECOVER -> Reopening.killed(setting);
            case FOLLOW -> new Following(setting);
            case MIXED -> new Mixed(setting);
            case CHECKSUM -> new ChecksumRate(setting);
        };
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

package io.lss.faults.block;

import io.lss.api.WriteMode;
import io.lss.faults.disk.FileSystem;
import java.util.ArrayList;
import java.util.List;

/**
 * One recording, and how often power is cut in it.
 *
 * @param number of the recording, from 0; different for each in a run of the layer
 * @param fileSystem on which
 * @param provider of the store
 * @param mode of the store
 * @param killed whether the process dies in the middle, and another one opens the store on the same mount
 * @param points how many power cuts
 */
record Plan(int number, FileSystem fileSystem, String provider, WriteMode mode, boolean killed, int points) {

    /** Recordings differ, so there is a new one for every so many points. */
    private static final int MOST_POINTS = 60;

    /** {@return what falls under one line of a table} */
    String combination() {
        return fileSystem.type() + "/" + provider + "/" + mode;
    }

    /**
     * Divides points evenly. A round has one recording for each provider and mode, and one with a kill; who gets that one
     * rotates, and where there is more than one round, everybody has got it equally often in the end.
     */
    static List<Plan> of(FileSystem fileSystem, List<String> providers, int points, int first) {
        int combinations = providers.size() * WriteMode.values().length;
        int recordings = combinations + 1;
        int rounds = (points + MOST_POINTS * recordings - 1) / (MOST_POINTS * recordings);
        if (rounds > 1) {
            rounds = (rounds + combinations - 1) / combinations * combinations;
        }
        int all = Math.min(rounds * recordings, points);
        List<Plan> plans = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            // The first of all is one with a kill: a small run has it too.
            boolean killed = i % recordings == 0;
            // Only what goes through the page cache is lost when a second owner trusts in it: the first kill of a run is of such
            // a store.
            int combination = killed ? i / recordings + fileSystem.ordinal() * providers.size() : i % recordings;
            plans.add(new Plan(
                    first + i,
                    fileSystem,
                    providers.get(combination % providers.size()),
                    WriteMode.values()[combination / providers.size() % WriteMode.values().length],
                    killed,
                    points * (i + 1) / all - points * i / all));
        }
        return plans;
    }
}

package io.lss.cli.doctor;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.cli.ExitCode;
import io.lss.cli.Explanation;
import io.lss.cli.live.LiveStore;
import io.lss.cli.text.Quantity;
import io.lss.core.format.Root;
import io.lss.core.format.RootImage;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A store as its roots and segment headers show it, without recovering it: who has it, what is on record, what is plainly wrong. */
final class StoreHealth {

    private final Place place;
    private final Optional<String> provider;
    private final List<String> wrong = new ArrayList<>();

    StoreHealth(Place place, Optional<String> provider) {
        this.place = place;
        this.provider = provider;
    }

    /** {@return how it is, as an exit code} */
    ExitCode tell(Chart chart) {
        chart.begin("store", "store " + place.path());
        ExitCode code;
        try (StoreInspection store = StoreInspection.open(place.path().toUri(), provider)) {
            code = look(store, chart);
        } catch (IOException e) {
            StoreException told = e instanceof StoreException s ? s.at(place.path().toUri()) : null;
            code = ExitCode.of(told == null ? e : told);
            chart.tell("state", code.word(), code == ExitCode.LOCKED ? "in use" : "CANNOT OPEN", Explanation.of(told == null ? e : told));
            if (code == ExitCode.FAILED) {
                chart.tell("advice", "what to do", "look for errors of the disk (dmesg, SMART). What can be read: " + typed("dump"));
            }
        }
        chart.tell("bytes", place.bytes(), "files", place.bytes() < 0 ? "cannot be listed" : Quantity.bytes(place.bytes()) + " in all");
        chart.end();
        // In use is how a store should be.
        return code == ExitCode.LOCKED ? ExitCode.OK : code;
    }

    private ExitCode look(StoreInspection store, Chart chart) throws IOException {
        for (RootCopy copy : store.roots()) {
            if (copy.image() instanceof RootImage.UnknownVersion) {
                chart.tell("state", ExitCode.NEWER_FORMAT.word(), "NEWER FORMAT", "root copy " + copy.copy() + ": " + copy.fault()
                        + "; use the release that wrote it, or a later one");
                return ExitCode.NEWER_FORMAT;
            }
        }
        roots(store, chart);
        segments(store, chart);
        chart.tell("wrong", wrong, "", "");
        for (String each : wrong) {
            chart.tell("state", ExitCode.CORRUPT.word(), "WRONG", each);
        }
        // Last: what was found so far is told also if the medium fails here.
        StoreInspection.Opening opening = store.opening();
        Optional<StoreException> refusal = opening.refusal();
        if (refusal.isPresent()) {
            chart.tell("opens", false, "", "");
            chart.tell("state", ExitCode.of(refusal.get()).word(), "", "");
            chart.tell("failure", "CANNOT OPEN", refusal.get() instanceof StoreCorruptException damage
                    ? Explanation.damage(damage)
                    : Explanation.of(refusal.get()));
            chart.tell("advice", "what to do", "nothing can be appended or read until it is restored from a backup, or saved into a new store: "
                    + typed("salvage") + " NEW");
            return ExitCode.of(refusal.get());
        }
        Optional<ExitCode> obstacle = obstacle(store, opening.removed(), chart);
        chart.tell("opens", obstacle.isEmpty(), "", "");
        if (wrong.isEmpty()) {
            if (obstacle.isEmpty()) {
                chart.tell("state", "opens", "opens", "yes, as far as roots, headers and what follows the recorded stable LSN tell");
            }
            chart.tell("recordsRead", false, "records", "not read by this; whether they are sound says: " + typed("verify")
                    + (obstacle.equals(Optional.of(ExitCode.FULL)) ? ", which opens it" : ""));
            return obstacle.orElse(ExitCode.OK);
        }
        chart.tell("state", ExitCode.CORRUPT.word(), "", "");
        chart.tell("advice", "what to do", "it can still be opened" + (obstacle.isEmpty() ? "" : " when that is mended")
                + ". What the damage costs: " + typed("verify") + ". To save the rest into a new store: " + typed("salvage") + " NEW");
        return ExitCode.CORRUPT;
    }

    /** {@return what keeps a store from being opened, which is no damage: an opening writes the root, and makes a segment} */
    private Optional<ExitCode> obstacle(StoreInspection store, List<Long> removed, Chart chart) throws IOException {
        if (store.isReadOnly()) {
            chart.tell("state", ExitCode.NO_PERMISSION.word(), "", "");
            chart.tell("failure", "CANNOT OPEN", "nothing can be written here, and to open a store is to write its root and a segment; it was looked at without");
            chart.tell("advice", "what to do", "mount its file system for writing, or run as the owner of the store. These need no more than to read: "
                    + typed("tail") + ", " + typed("verify") + ", " + typed("dump") + ", " + typed("salvage") + " NEW");
            return Optional.of(ExitCode.NO_PERMISSION);
        }
        long usable = place.usable();
        if (usable < store.segmentSize() - bytes(removed)) {
            chart.tell("state", ExitCode.FULL.word(), "", "");
            chart.tell("failure", "CANNOT OPEN", "there is no space: to open a store is to begin a segment, of " + Quantity.count(store.segmentSize(), "byte")
                    + ", and " + Quantity.count(usable) + " are free on this file system");
            chart.tell("advice", "what to do", "free that much, or copy the directory to a larger file system. These need no space: " + typed("stat") + ", "
                    + typed("tail") + ", " + typed("dump"));
            return Optional.of(ExitCode.FULL);
        }
        return Optional.empty();
    }

    private long bytes(List<Long> segments) throws IOException {
        long sum = 0;
        for (long number : segments) {
            sum += Files.size(new LiveStore(place.path()).file(number));
        }
        return sum;
    }

    /** {@return what to type to have a command on this store} */
    private String typed(String command) {
        return "lss " + command + " " + Explanation.word(place.path());
    }

    private void roots(StoreInspection store, Chart chart) {
        for (RootCopy copy : store.roots()) {
            if (!copy.fault().isEmpty()) {
                wrong.add("root copy " + copy.copy() + ": " + copy.fault());
            }
        }
        if (store.isRootAmbiguous()) {
            wrong.add("the two root copies contradict each other");
        }
        Root root = store.root();
        if (root == null) {
            return;
        }
        chart.tell("store", "identity", new UUID(root.uuidHigh(), root.uuidLow()).toString());
        chart.tell("segmentSize", root.segmentSize(), "sizes", "segments of " + Quantity.bytes(root.segmentSize()) + ", blocks of "
                + Quantity.count(root.blockSize(), "byte"));
        chart.tell("blockSize", root.blockSize(), "", "");
        chart.tell("closed", root.closed(), "session", root.session() + (root.closed()
                ? ", closed"
                : ", not closed: its owner died, and the next open recovers what it left"));
        chart.tell("session", root.session(), "", "");
        chart.tell("beginLsn", root.beginLsn(), "log", "begins at LSN " + root.beginLsn() + ", was stable at least up to LSN "
                + root.stableLsn());
        chart.tell("stableLsn", root.stableLsn(), "", "");
        chart.tell("applicationRootBytes", root.appRoot().length, "", "");
    }

    private void segments(StoreInspection store, Chart chart) throws IOException {
        Root root = store.root();
        int good = 0;
        int unused = 0;
        long[] numbers = store.segments();
        List<String> bad = new ArrayList<>();
        for (int i = numbers.length - 1; i >= 0; i--) {
            long number = numbers[i];
            try (SegmentView view = store.view(number, false)) {
                if (view.header() != null) {
                    good++;
                } else if (root != null ? isVoid(root, number) : good == 0 && bad.isEmpty() && isWithoutUnits(store, number)) {
                    unused++;
                } else {
                    bad.add("segment " + number + ": " + view.headerFault());
                }
            }
        }
        wrong.addAll(bad.reversed());
        chart.tell("segments", store.segments().length, "segments", store.segments().length + ": " + good + " with a good header, " + unused
                + " without, of which nothing is on record");
        if (root != null) {
            missing(root, store.segments());
        }
    }

    /** {@return whether a segment holds nothing of the store's, like one that was made ready ahead; with both roots lost nothing else tells it} */
    private static boolean isWithoutUnits(StoreInspection store, long number) throws IOException {
        try (SegmentView view = store.view(number, true)) {
            return store.identity() != null && view.header() == null;
        }
    }

    /** {@return whether nothing of a segment is on record: behind the end that the root knows, trimmed, or void} */
    private static boolean isVoid(Root root, long number) {
        return root.stableLsn() <= number * root.segmentSize() + root.blockSize() && number >= root.firstSegment()
                || number > root.predecessor() && number < root.firstSegment()
                || (number + 1) * root.segmentSize() <= root.beginLsn();
    }

    private void missing(Root root, long[] numbers) {
        boolean before = root.stableLsn() <= root.firstSegment() * root.segmentSize() + root.blockSize();
        long end = before ? root.predecessorEnd() : root.stableLsn();
        long last = end == 0 ? 0 : (end - 1) / root.segmentSize();
        if (last > 0 && root.beginLsn() < end && Arrays.binarySearch(numbers, last) < 0) {
            wrong.add("segment " + last + ", which holds what is stable up to LSN " + end + ", is missing");
        }
    }
}

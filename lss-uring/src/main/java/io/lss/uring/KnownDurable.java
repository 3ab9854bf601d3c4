package io.lss.uring;

import io.lss.localfiles.StoreDirectory;
import io.lss.uring.linux.RingCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How writes are made durable at a location: as the user says, or as was measured. A measurement is kept beside the store, and in this
 * process for other stores on the same file system.
 *
 * <pre>
 *   lss-uring 2                   the rule by which was chosen; of another it is made again
 *   medium=DEVICE TYPE KERNEL      what it holds for; on another it is made again
 *   lone=WAY
 *   batch=WAY
 *   large=WAY
 * </pre>
 */
final class KnownDurable {

    private static final System.Logger LOGGER = System.getLogger(KnownDurable.class.getName());

    private static final String HEAD = "lss-uring 2";
    private static final String MEASURED = "measured";

    /** By medium. */
    private static final Map<String, DurableChoice> MEASURED_HERE = new ConcurrentHashMap<>();

    private KnownDurable() {}

    /** {@return the choice for a store, {@code setting} being what the user says} */
    static DurableChoice of(StoreDirectory directory, String setting, RingCalls calls, int blockSize) {
        if (!setting.equals(Settings.DURABLE_AUTO)) {
            return DurableChoice.only(Durable.of(setting));
        }
        String medium = medium(directory);
        Optional<DurableChoice> kept = directory.readMeasurement().flatMap(text -> parse(text, medium));
        if (kept.isPresent()) {
            return kept.get();
        }
        DurableChoice choice = MEASURED_HERE.get(medium);
        if (choice == null) {
            try {
                choice = DurableTrial.measure(directory.path(), calls, blockSize);
            } catch (IOException | OutOfMemoryError e) { // a store is the same without; the next opening measures
                LOGGER.log(Level.DEBUG, "how to write durably was not measured", e);
                return DurableChoice.DEFAULT;
            }
            MEASURED_HERE.put(medium, choice);
            LOGGER.log(Level.DEBUG, "measured at {0}: {1}", directory.path(), choice.description());
        }
        directory.writeMeasurement(format(choice, medium));
        return choice;
    }

    private static String medium(StoreDirectory directory) {
        return device(directory.path()) + " " + directory.medium().type() + " " + System.getProperty("os.version");
    }

    private static String device(Path path) {
        try {
            return String.valueOf(Files.getAttribute(path, "unix:dev"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "unknown";
        }
    }

    static String format(DurableChoice choice, String medium) {
        return HEAD + "\nmedium=" + medium + "\nlone=" + choice.lone().word() + "\nbatch=" + choice.batch().word()
                + "\nlarge=" + choice.large().word() + "\n";
    }

    /** {@return what a text says, if it was measured on this medium} */
    static Optional<DurableChoice> parse(String text, String medium) {
        Map<String, String> values = new HashMap<>();
        text.lines().skip(1).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        if (!text.startsWith(HEAD + "\n") || !medium.equals(values.get("medium"))) {
            return Optional.empty();
        }
        try {
            Durable lone = Durable.of(values.getOrDefault("lone", ""));
            Durable batch = Durable.of(values.getOrDefault("batch", ""));
            Durable large = Durable.of(values.getOrDefault("large", ""));
            boolean possible = batch != Durable.PWRITEV2 && large != Durable.PWRITEV2;
            return possible ? Optional.of(new DurableChoice(lone, batch, large, MEASURED)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

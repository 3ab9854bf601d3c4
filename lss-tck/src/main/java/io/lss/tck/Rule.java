package io.lss.tck;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of {@code docs/SPEC.md}, in few words: F for the flush SPI, S for stores. The page has the full text. The name of a
 * test that proves a rule begins with the rule's number: {@code f7_...}.
 */
public enum Rule {
    /** A write completes at its full length or fails. */
    F1("a write completes at its full length or fails"),
    /** Every write and sync completes exactly once. */
    F2("every write and sync completes exactly once"),
    /** What completed durably survives power loss. */
    F3("what completed durably survives power loss"),
    /** A failed write or sync is final. */
    F4("a failed write or sync is final"),
    /** The device touches no memory after completion. */
    F5("the device touches no memory after completion"),
    /** The engine writes ascending, each position once, into its own segments. */
    F6("the engine writes ascending, each position once, into its own segments"),
    /** Opening is exclusive, and a dead owner does not block. */
    F7("opening is exclusive, and a dead owner does not block"),
    /** Reads from any thread see every completed write. */
    F8("reads from any thread see every completed write"),
    /** Create, delete and root writes are durable on return. */
    F9("create, delete and root writes are durable on return"),
    /** Only space of one's own segments is reused. */
    F10("only space of one's own segments is reused"),
    /** Segments lists what exists and nothing half made. */
    F11("segments lists what exists and nothing half made"),
    /** Close returns, completes everything, and ends everything. */
    F12("close returns, completes everything, and ends everything"),
    /** Operations are called by one thread that stays, or by any. */
    F13("operations are called by one thread that stays, or by any"),
    /** The engine keeps its bounds, and the device answers a breach. */
    F14("the engine keeps its bounds, and the device answers a breach"),
    /** LSNs are unique, multiples of 8, and increase. */
    S1("LSNs are unique, multiples of 8, and increase"),
    /** A thread's records are scanned in its order. */
    S2("a thread's records are scanned in its order"),
    /** Watermarks only grow and keep their order. */
    S3("watermarks only grow and keep their order"),
    /** Stability passes nothing that is not durable. */
    S4("stability passes nothing that is not durable"),
    /** Every wait for stability ends. */
    S5("every wait for stability ends"),
    /** The first failure in the log is final, for everybody. */
    S6("the first failure in the log is final, for everybody"),
    /** A full device refuses appends and fails nothing. */
    S7("a full device refuses appends and fails nothing"),
    /** What was aborted or abandoned is never a record. */
    S8("what was aborted or abandoned is never a record"),
    /** Readers get what was published, byte for byte. */
    S9("readers get what was published, byte for byte"),
    /** A batch is recovered whole or not at all. */
    S10("a batch is recovered whole or not at all"),
    /** After a crash: all acknowledged, only published, no hole. */
    S11("after a crash: all acknowledged, only published, no hole"),
    /** Damage of what was stable is reported with its LSN. */
    S12("damage of what was stable is reported with its LSN"),
    /** Trim is durable and takes nothing at or above its LSN. */
    S13("trim is durable and takes nothing at or above its LSN"),
    /** The application root is atomic and durable. */
    S14("the application root is atomic and durable"),
    /** Units are issued in LSN order, within the window. */
    S15("units are issued in LSN order, within the window"),
    /** Memory stays bounded by the ring, and appends wait. */
    S16("memory stays bounded by the ring, and appends wait"),
    /** An interrupt ends a wait and harms nothing. */
    S17("an interrupt ends a wait and harms nothing"),
    /** Misuse is refused and changes nothing. */
    S18("misuse is refused and changes nothing"),
    /** Close returns, and what was published is stable. */
    S19("close returns, and what was published is stable"),
    /** A store opens through every local provider. */
    S20("a store opens through every local provider");

    private static final Pattern NUMBER = Pattern.compile("([fs]\\d+)_.*");
    private static final Pattern BROKEN = Pattern.compile("(?s)(?:.*?: )??([FS]\\d+): .*");

    private final String title;

    Rule(String title) {
        this.title = title;
    }

    /** {@return what it demands, in few words} */
    public String title() {
        return title;
    }

    /**
     * {@return the rule that a test proves, by the test's name} Nothing for the name of any other method.
     *
     * @param method the name of a method
     */
    static Optional<Rule> ofTest(String method) {
        Matcher number = NUMBER.matcher(method);
        return number.matches() ? ofNumber(number.group(1).toUpperCase(Locale.ROOT)) : Optional.empty();
    }

    /**
     * {@return the rule that a message names as broken, the first if it names several} Nothing if it names none.
     *
     * @param message such as {@code "S9: the record at LSN 64 ..."}
     */
    static Optional<Rule> ofViolation(String message) {
        Matcher broken = BROKEN.matcher(message);
        return broken.matches() ? ofNumber(broken.group(1)) : Optional.empty();
    }

    private static Optional<Rule> ofNumber(String number) {
        return Arrays.stream(values()).filter(rule -> rule.name().equals(number)).findFirst();
    }
}

package io.lss.cli.records;

import io.lss.cli.frame.Reporting;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Quantity;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which of the records appended are stable, and telling so: what has been told is never more than what is stable. Not safe
 * for several threads.
 */
final class Acknowledgements {
    /** A record that was published. */
    private record Published(long lsn, int length) {}

    private final Reporting reporting;
    private final boolean lsns;
    private final Deque<Published> pending = new ArrayDeque<>();

    private long records;
    private long bytes;
    private long lastLsn = -1;
    private long told = -1;

    /**
     * None yet.
     *
     * @param reporting where to tell
     * @param lsns whether to tell each record's LSN instead of how many there are
     */
    Acknowledgements(Reporting reporting, boolean lsns) {
        this.reporting = reporting;
        this.lsns = lsns;
    }

    /** A record was published. */
    void published(long lsn, long length) {
        pending.add(new Published(lsn, (int) length));
    }

    /** Counts what is below the stable watermark. With LSNs, tells them. */
    void stableBelow(long stableLsn) {
        for (Published next = pending.peek(); next != null && next.lsn() < stableLsn; next = pending.peek()) {
            pending.remove();
            records++;
            bytes += next.length();
            lastLsn = next.lsn();
            if (lsns) {
                tellLsn(next);
            }
        }
    }

    private void tellLsn(Published record) {
        reporting.screen().line(
                reporting.isJson()
                        ? new JsonObject().put("lsn", record.lsn()).put("length", record.length()).toString()
                        : Long.toString(record.lsn()));
        told = records;
    }

    /** Tells how many records are stable, if that has not been told. */
    void tell() {
        if (told == records || (lsns && records == 0)) {
            return;
        }
        told = records;
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("records", records)
                    .put("bytes", bytes)
                    .put("lastLsn", records == 0 ? null : lastLsn));
        } else {
            reporting.screen().line("stable: " + Quantity.count(records, "record") + ", " + Quantity.bytes(bytes)
                    + (records == 0 ? "" : ", the last at LSN " + lastLsn));
        }
    }

    /** {@return whether more is stable than was told} */
    boolean hasNews() {
        return records > Math.max(0, told);
    }

    /** {@return how many records were published and are not known to be stable} */
    int unknown() {
        return pending.size();
    }
}

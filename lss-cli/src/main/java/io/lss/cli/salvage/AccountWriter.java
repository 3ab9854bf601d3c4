package io.lss.cli.salvage;

import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.Reporting;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Quantity;
import io.lss.core.salvage.Loss;
import io.lss.core.salvage.Repair;
import io.lss.core.salvage.SalvageObserver;
import io.lss.core.salvage.SalvageReport;

/** Writes the account: each loss, repair and note as it is found, the sum at the end. */
final class AccountWriter implements SalvageObserver {

    private final Reporting reporting;
    private volatile long progress;
    private boolean stopped;

    AccountWriter(Reporting reporting) {
        this.reporting = reporting;
    }

    /** {@return the LSN up to which the old log has been worked through} */
    long progress() {
        return progress;
    }

    /** {@return whether the salvage was ended because the user wants that} */
    boolean wasStopped() {
        return stopped;
    }

    @Override
    public void lost(Loss loss) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("type", "lost")
                    .put("lsn", loss.lsn())
                    .put("endLsn", loss.endLsn())
                    .put("bytes", loss.bytes())
                    .put("segment", loss.segment())
                    .put("position", loss.position())
                    .put("records", loss.records() < 0 ? null : loss.records())
                    .put("acknowledged", loss.acknowledged())
                    .put("reason", loss.reason()));
            return;
        }
        reporting.screen().line("lost      LSN " + loss.lsn() + " to " + loss.endLsn() + ": " + loss.bytes() + " bytes"
                + (loss.records() < 0 ? "" : ", " + Quantity.count(loss.records(), "record")) + " in segment " + loss.segment()
                + " at position " + loss.position() + ", " + (loss.acknowledged() ? "was stable" : "was not on record as stable") + ": "
                + loss.reason());
    }

    @Override
    public void repaired(Repair repair) {
        if (reporting.isJson()) {
            JsonObject object = new JsonObject().put("type", "repaired");
            if (repair.segment() > 0) {
                object.put("lsn", repair.lsn()).put("segment", repair.segment()).put("position", repair.position());
            }
            reporting.json(object.put("what", repair.what()));
            return;
        }
        String where = repair.segment() > 0
                ? "LSN " + repair.lsn() + " (segment " + repair.segment() + ", position " + repair.position() + "): "
                : "";
        reporting.screen().line("repaired  " + where + repair.what());
    }

    @Override
    public void note(String text) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject().put("type", "note").put("text", text));
        } else {
            reporting.screen().line("note      " + text);
        }
    }

    @Override
    public void progress(long lsn) {
        progress = lsn;
        Interruption interruption = reporting.invocation().interruption();
        if (interruption.isRequested()) {
            stopped = true;
            interruption.throwIfRequested();
        }
    }

    /** Writes the sum. */
    void sum(SalvageReport report) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("type", "kept")
                    .put("records", report.records())
                    .put("payloadBytes", report.payloadBytes())
                    .put("segments", report.segments())
                    .put("beginLsn", report.beginLsn())
                    .put("endLsn", report.endLsn())
                    .put("recordedStableLsn", report.recordedStableLsn())
                    .put("rootKept", report.rootKept())
                    .put("applicationRootBytes", report.appRootLength())
                    .put("losses", report.losses())
                    .put("acknowledgedLosses", report.acknowledgedLosses())
                    .put("lostBytes", report.lostBytes())
                    .put("repairs", report.repairs())
                    .put("complete", report.isComplete()));
            return;
        }
        reporting.screen().line("kept      " + Quantity.count(report.records(), "record") + ", "
                + Quantity.count(report.payloadBytes(), "byte") + " of payload, in " + Quantity.count(report.segments(), "segment")
                + ", LSN " + report.beginLsn() + " to " + report.endLsn());
        reporting.screen().line("root      " + (report.rootKept()
                ? "kept: application root of " + Quantity.count(report.appRootLength(), "byte")
                : "LOST: there is no application root, and the log begins where the first segment does"));
        reporting.screen().line("sum       " + (report.losses() == 0
                ? "no record lost"
                : Quantity.count(report.losses()) + (report.losses() == 1 ? " stretch" : " stretches") + " lost, "
                        + Quantity.count(report.lostBytes(), "byte") + " of log; " + Quantity.count(report.acknowledgedLosses())
                        + " of them below the recorded stable LSN " + report.recordedStableLsn()));
    }

    /** Writes that the new store was read with a provider, and holds what it must. */
    void checked(String provider, long records) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject().put("type", "checked").put("provider", provider).put("records", records));
        } else {
            reporting.screen().line("checked   opened, verified and scanned with " + provider + ": "
                    + Quantity.count(records, "record") + ", as kept");
        }
    }

    /** Writes that the new store was not read with a provider, and why. */
    void notChecked(String provider, String why) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject().put("type", "not-checked").put("provider", provider).put("why", why));
        } else {
            reporting.screen().line("not checked with " + provider + ": " + why);
        }
    }
}

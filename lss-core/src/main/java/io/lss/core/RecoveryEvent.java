package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** JFR event: a store was opened, created or recovered. Its duration is from when the location was locked until appends were possible. */
@Name("io.lss.Recovery")
@Label("Recovery")
@Description("A store was opened: created, or recovered")
@Category({"LSS"})
@StackTrace(false)
final class RecoveryEvent extends Event {

    @Label("Store")
    @Description("The store's location, without a slash at its end")
    String store = "";

    @Label("Provider")
    @Description("The provider in use")
    String provider = "";

    @Label("Session")
    @Description("The number of the session that this opening began; 1: the store was created")
    long session;

    @Label("End of Log")
    @Description("Why the log was taken to end where it does: CREATED, CLEAN, TORN_TAIL or UNACKNOWLEDGED_HOLE")
    String end = "";

    @Label("End LSN")
    @Description("Where the recovered log ends")
    long endLsn;

    @Label("Records")
    @Description("Records found after the recorded stable LSN")
    long records;

    @Label("Segments")
    @Description("Segments of the log")
    int segments;

    @Label("Scanned")
    @Description("Bytes read after the recorded stable LSN")
    @DataAmount
    long bytesScanned;

    @Label("Cut")
    @Description("Bytes of flush units behind the end that were cut off; under SYNC none had been acknowledged, unless it rotted")
    @DataAmount
    long bytesCut;

    @Label("Detail")
    @Description("What was found at the end of the log")
    String detail = "";
}

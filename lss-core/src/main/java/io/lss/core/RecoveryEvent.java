package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** JFR event: a store was recovered when it was opened. */
@Name("io.lss.Recovery")
@Label("Recovery")
@Description("A store was recovered when it was opened")
@Category({"LSS"})
@StackTrace(false)
final class RecoveryEvent extends Event {

    @Label("Location")
    String location = "";

    @Label("End of log")
    String end = "";

    @Label("LSN")
    @Description("Where the recovered log ends")
    long endLsn;

    @Label("Records")
    @Description("Records found after the recorded stable LSN")
    long records;

    @Label("Cut")
    @DataAmount
    long bytesCut;
}

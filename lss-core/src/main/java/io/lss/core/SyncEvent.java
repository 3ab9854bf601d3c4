package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** JFR event: what was written was made durable. */
@Name("io.lss.Sync")
@Label("Sync")
@Description("What was written was made durable")
@Category({"LSS"})
@StackTrace(false)
final class SyncEvent extends Event {

    @Label("LSN")
    @Description("The LSN below which everything is durable")
    long endLsn;

    @Label("Length")
    @DataAmount
    long length;
}

package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** JFR event: the log went on to the next segment. */
@Name("io.lss.Roll")
@Label("Roll")
@Description("The log went on to the next segment")
@Category({"LSS"})
@StackTrace(false)
final class RollEvent extends Event {

    @Label("Segment")
    long segment;

    @Label("Predecessor end")
    @Description("The LSN at which the previous segment ends")
    long predecessorEnd;
}

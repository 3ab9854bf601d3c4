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

    @Label("Store")
    @Description("The store's location, without a slash at its end")
    String store = "";

    @Label("Segment")
    @Description("The number of the segment that the log goes on in")
    long segment;

    @Label("Predecessor")
    @Description("The number of the segment before it")
    long predecessor;

    @Label("Predecessor End")
    @Description("The LSN at which the previous segment ends")
    long predecessorEnd;
}

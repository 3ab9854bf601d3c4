package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** JFR event: a flush unit was written. */
@Name("io.lss.Flush")
@Label("Flush")
@Description("A flush unit was written")
@Category({"LSS"})
@StackTrace(false)
final class FlushEvent extends Event {

    private static final EventType TYPE = EventType.getEventType(FlushEvent.class);

    @Label("LSN")
    @Description("The LSN after the unit's last byte")
    long endLsn;

    @Label("Length")
    @DataAmount
    long length;

    @Label("Durable")
    @Description("Whether durability was asked for in the write itself")
    boolean durable;

    /** {@return a running event, or null while nobody records} */
    static @Nullable FlushEvent started() {
        if (!TYPE.isEnabled()) {
            return null;
        }
        FlushEvent event = new FlushEvent();
        event.begin();
        return event;
    }
}

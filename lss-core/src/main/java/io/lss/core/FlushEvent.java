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

/**
 * JFR event: a flush unit was written, or its write failed. Its duration is that of the write, from when the device was given it
 * until the device completed it; its thread is the one that learned of that.
 */
@Name("io.lss.Flush")
@Label("Flush")
@Description("A flush unit was written, or its write failed; as long as the write took")
@Category({"LSS"})
@StackTrace(false)
final class FlushEvent extends Event {

    private static final EventType TYPE = EventType.getEventType(FlushEvent.class);

    @Label("Store")
    @Description("The store's location, without a slash at its end")
    String store = "";

    @Label("End LSN")
    @Description("The LSN after the unit's last byte")
    long endLsn;

    @Label("Length")
    @Description("Bytes written, header and padding included")
    @DataAmount
    long length;

    @Label("Durable")
    @Description("Whether durability was asked for in the write itself")
    boolean durable;

    @Label("In Flight")
    @Description("Flush units in flight when this one was issued, itself included")
    int inFlight;

    @Label("Failure")
    @Description("Why the write failed; null if it did not")
    @Nullable String failure;

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

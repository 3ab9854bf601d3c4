package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** JFR event: a thread waited for space in the ring of flush buffers. Its duration is that of the wait, its thread the one that waited. */
@Name("io.lss.BackPressure")
@Label("Back-pressure")
@Description("A thread waited for space in the ring of flush buffers")
@Category({"LSS"})
@StackTrace(false)
final class BackPressureEvent extends Event {

    private static final EventType TYPE = EventType.getEventType(BackPressureEvent.class);

    @Label("Store")
    @Description("The store's location, without a slash at its end")
    String store = "";

    @Label("Tail LSN")
    @Description("Up to where the log was reserved when the wait began")
    long tailLsn;

    @Label("For Segment")
    @Description("Whether the next segment was missing when the wait began; otherwise all buffers were full")
    boolean forSegment;

    /** {@return a running event, or null while nobody records: waiting allocates nothing then} */
    static @Nullable BackPressureEvent started() {
        if (!TYPE.isEnabled()) {
            return null;
        }
        BackPressureEvent event = new BackPressureEvent();
        event.begin();
        return event;
    }

    /** Ends what {@link #started} began. */
    static void ended(@Nullable BackPressureEvent event) {
        if (event != null) {
            event.commit();
        }
    }
}

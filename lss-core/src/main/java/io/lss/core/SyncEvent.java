package io.lss.core;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * JFR event: what was written was made durable, or that failed. Its duration is from when the syncs began until the store took note
 * of the last one's completion.
 */
@Name("io.lss.Sync")
@Label("Sync")
@Description("What was written was made durable, or that failed")
@Category({"LSS"})
@StackTrace(false)
final class SyncEvent extends Event {

    @Label("Store")
    @Description("The store's location, without a slash at its end")
    String store = "";

    @Label("End LSN")
    @Description("The LSN below which everything is durable by it")
    long endLsn;

    @Label("Length")
    @Description("Bytes of flush units that it made durable, header and padding included")
    @DataAmount
    long length;

    @Label("Segments")
    @Description("How many segments were synced for it")
    int segments;

    @Label("Failure")
    @Description("Why a sync failed; null if none did")
    @Nullable String failure;
}

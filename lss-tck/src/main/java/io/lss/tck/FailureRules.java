package io.lss.tck;

import static io.lss.tck.Rule.S6;
import static io.lss.tck.Rule.S7;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.WriteMode;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S6, S7: failures that are final, and the full device, which is none. */
abstract class FailureRules extends StabilityRules {

    @Test
    void s6_afterAFailedWriteEverythingFailsWithTheSameCauseAndNothingMoves() throws IOException {
        fail(Site.Failing.WRITE);
    }

    @Test
    void s6_afterAFailedSyncEverythingFailsWithTheSameCauseAndNothingMoves() throws IOException {
        fail(Site.Failing.SYNC);
    }

    private void fail(Site.Failing what) throws IOException {
        Stage stage = stage(options().writeMode(WriteMode.TAIL_LOCALIZED).build());
        need(stage, Capability.FAILURES);
        LogStructuredStore store = stage.store();
        List<Found> stable = Stage.appendMixed(store, 30, 5);
        store.sync();
        stage.site().failNext(what);
        StoreFailedException first = Stage.appendUntilFailure(store);
        long stableLsn = store.stableLsn();
        long writtenLsn = store.writtenLsn();
        Broken.unless(first.getCause() != null, S6, "a failure without a cause: %s", first);
        long lost = store.tailLsn();
        for (int i = 0; i < 3; i++) {
            same(first, "append", () -> store.append(new byte[1]));
            same(first, "reserve", () -> store.reserve(1));
            same(first, "appendBatch", () -> store.appendBatch(List.of(MemorySegment.ofArray(new byte[1]))));
            same(first, "sync", () -> {
                store.sync();
                return null;
            });
        }
        Broken.unless(
                store.stableLsn() == stableLsn && store.writtenLsn() == writtenLsn && first.stableLsn() <= stableLsn,
                S6, "a watermark of a failed store moved: stable %d to %d, written %d to %d; the failure says %d",
                stableLsn, store.stableLsn(), writtenLsn, store.writtenLsn(), first.stableLsn());
        for (Found each : stable) {
            byte[] bytes = new byte[each.payload().length];
            boolean read = store.read(each.lsn(), MemorySegment.ofArray(bytes)).isRecord();
            Broken.unless(read && new Found(each.lsn(), bytes).equals(each), S6, "%s cannot be read any more", each);
        }
        Broken.unlessThrown(StoreFailedException.class, S6, "close of a store that lost what is below LSN " + lost, () -> {
            store.close();
            return null;
        });
        stage.forget();
        LogStructuredStore again = stage.store();
        List<Found> found = Stage.scan(again);
        Broken.unless(
                found.size() >= stable.size() && found.subList(0, stable.size()).equals(stable),
                S6, "opened again the store has %d of the %d records that were stable, or other bytes", found.size(), stable.size());
    }

    @SuppressWarnings("ReferenceEquality") // the very cause, not one like it
    private static void same(StoreFailedException first, String what, Broken.Call call) {
        StoreFailedException next = Broken.unlessThrown(StoreFailedException.class, S6, what + " on a failed store", call);
        Broken.unless(next.getCause() == first.getCause(), S6, "%s fails with another cause, %s, than the first, %s", what, next.getCause(), first.getCause());
    }

    @Test
    void s7_aFullDeviceRefusesAppendsKeepsEverythingAndGoesOnWhenThereIsSpace() throws IOException {
        Stage stage = stage();
        need(stage, Capability.LIMITED_SPACE);
        LogStructuredStore store = stage.store();
        List<Found> appended = new ArrayList<>(Stage.appendMixed(store, 5, 1));
        store.sync();
        stage.site().limitSpace(2 * segment());
        StoreFullException full = null;
        for (int i = 0; full == null; i++) {
            byte[] payload = Stage.payload(3000, i);
            try {
                appended.add(new Found(store.append(payload), payload));
            } catch (StoreFullException e) {
                full = e;
            }
            Broken.unless(i < 20 * segment() / 3000, S7, "%d appends went into space for two segments", i);
        }
        for (int i = 0; i < 3; i++) {
            Broken.unlessThrown(StoreFullException.class, S7, "reserve on a full device", () -> store.reserve(3000));
        }
        Broken.ifThrown(S7, "sync on a full device", () -> {
            store.sync();
            return null;
        });
        Broken.unless(Stage.scan(store).equals(appended), S7, "a full device has %d records instead of %d, or other bytes",
                Stage.scan(store).size(), appended.size());
        for (Found each : appended) {
            byte[] bytes = new byte[each.payload().length];
            boolean read = Broken.ifThrown(S7, "a read on a full device", () -> store.read(each.lsn(), MemorySegment.ofArray(bytes)).isRecord());
            Broken.unless(read && Arrays.equals(bytes, each.payload()), S7, "on a full device a read of %s gives nothing, or other bytes", each);
        }
        stage.site().limitSpace(Long.MAX_VALUE);
        for (int i = 0; i < 50; i++) {
            byte[] payload = Stage.payload(3000, 1000 + i);
            appended.add(new Found(Broken.ifThrown(S7, "append when space is back", () -> store.append(payload)), payload));
        }
        List<Found> after = Stage.scan(stage.reopen());
        Broken.unless(after.equals(appended), S7, "afterwards %d records are there instead of %d, or other bytes", after.size(), appended.size());
        tried(appended.size());
    }
}

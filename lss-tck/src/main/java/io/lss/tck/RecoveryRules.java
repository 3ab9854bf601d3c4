package io.lss.tck;

import static io.lss.tck.Rule.S11;
import static io.lss.tck.Rule.S12;
import static io.lss.tck.Rule.S13;
import static io.lss.tck.Rule.S14;

import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.ReadOutcome;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreFullException;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** S11, S12, S13, S14: what is there after a crash, damage, trim, the application root. */
abstract class RecoveryRules extends ReservationRules {

    @Test
    void s11_whatWasAppendedIsThereWhenTheStoreIsOpenedAgainAndAgain() throws IOException {
        Stage stage = stage();
        List<Found> appended = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            appended.addAll(Stage.appendMixed(stage.store(), 40, i));
            List<Found> once = Stage.scan(stage.reopen());
            Broken.unless(once.equals(appended), S11, "opened for time %d, the store has %d records instead of %d, or other bytes", i + 2, once.size(),
                    appended.size());
            List<Found> twice = Stage.scan(stage.reopen());
            Broken.unless(twice.equals(once), S11, "opened twice, the store has %d records, opened once %d", twice.size(), once.size());
        }
        tried(12);
    }

    @Test
    @TakesLong
    void s11_afterACrashTheLogIsAPrefixWithAllThatWasAcknowledged() throws IOException {
        Stage stage = stage();
        need(stage, Capability.CRASH, Capability.DURABLE);
        List<Found> certain = new ArrayList<>();
        int cases = 80;
        drawnFrom(1);
        for (int i = 1; i <= cases; i++) {
            List<Found> appended = new ArrayList<>(certain);
            int acknowledged = certain.size();
            LogStructuredStore store = stage.store();
            if (stage.site().capabilities().contains(Capability.CRASH_DURING)) {
                stage.site().crashDuring(i);
            }
            byte[] payload = {};
            try {
                for (int each = 0; each < 40; each++) {
                    payload = Stage.payload(1 + (each * 457 + i) % 3000, i * 1000L + each);
                    appended.add(new Found(store.append(payload), payload));
                    if (each % 9 == i % 9) {
                        store.awaitStable(appended.getLast().lsn());
                        acknowledged = appended.size();
                    }
                }
            } catch (StoreException e) {
                // The machine stopped: what this append did is unknown.
                certain = List.copyOf(appended);
            }
            certain = checkCrash(stage.crash(), appended, payload, acknowledged);
            List<Found> twice = Stage.scan(stage.reopen());
            Broken.unless(twice.equals(certain), S11, "opened twice after a crash, the store has %d records, opened once %d", twice.size(),
                    certain.size());
        }
        tried(cases);
    }

    private static List<Found> checkCrash(LogStructuredStore store, List<Found> appended, byte[] unknown, int acknowledged) throws IOException {
        List<Found> found = Stage.scan(store);
        Broken.unless(found.size() >= acknowledged, S11, "acknowledged were %d records, after a crash %d are there", acknowledged, found.size());
        List<Found> published = new ArrayList<>(appended);
        if (found.size() > appended.size()) {
            published.add(new Found(found.getLast().lsn(), unknown));
        }
        Broken.unless(
                found.size() <= published.size() && found.equals(published.subList(0, found.size())),
                S11, "after a crash %d records are there, which are no prefix of the %d that were published", found.size(), appended.size());
        return new ArrayList<>(found);
    }

    @Test
    void s11_aStoreThatWasKilledOrReopenedIsNeverWrittenOver() throws IOException {
        Stage stage = stage();
        List<Found> appended = new ArrayList<>(Stage.appendMixed(stage.store(), 30, 1));
        stage.store().sync();
        long tail = stage.store().tailLsn();
        LogStructuredStore again = stage.site().capabilities().contains(Capability.CRASH) ? stage.crash() : stage.reopen();
        appended = new ArrayList<>(stage.site().capabilities().contains(Capability.DURABLE) ? appended : Stage.scan(again));
        List<Found> more = Stage.appendMixed(again, 30, 2);
        Broken.unless(more.getFirst().lsn() >= tail || appended.isEmpty(), S11, "a later session appends at LSN %d, the earlier ended at LSN %d",
                more.getFirst().lsn(), tail);
        appended.addAll(more);
        List<Found> found = Stage.scan(stage.reopen());
        Broken.unless(found.equals(appended), S11, "after another session %d records are there instead of %d, or other bytes", found.size(), appended.size());
        tried(2);
    }

    // ------------------------------------------------------------------------------------------- damage

    @Test
    @TakesLong
    void s12_damageOfStableBytesIsReportedAndNeverSilent() throws IOException {
        int cases = 120;
        Set<Long> places = new HashSet<>();
        int reported = 0;
        drawnFrom(1);
        for (int i = 1; i <= cases; i++) {
            Stage stage = stage();
            need(stage, Capability.DAMAGE);
            List<Found> appended = Stage.appendMixed(stage.store(), 60, i);
            stage.store().close();
            stage.forget();
            String damage = stage.site().damage(i);
            try {
                LogStructuredStore store = stage.open(stage.options().toBuilder().openMode(OpenMode.OPEN_EXISTING).build());
                List<Found> found = Stage.scan(store);
                Broken.unless(found.equals(appended), S12, "%s: a scan ends well with %d of %d records, or other bytes", damage, found.size(),
                        appended.size());
                for (Found each : appended) {
                    byte[] bytes = new byte[each.payload().length];
                    boolean read = store.read(each.lsn(), MemorySegment.ofArray(bytes)).isRecord();
                    Broken.unless(read && Arrays.equals(bytes, each.payload()), S12, "%s: a read of %s ends well with other bytes", damage, each);
                }
            } catch (StoreCorruptException e) {
                long last = appended.getLast().lsn() + 2 * segment();
                Broken.unless(e.lsn() < last, S12, "%s is reported at LSN %d, the log ended before LSN %d", damage, e.lsn(), last);
                places.add(e.lsn());
                reported++;
            }
            end(stage);
        }
        Broken.unless(reported > 0, S12, "of %d damages none was reported", cases);
        Broken.unless(places.size() > 1 || reported < 10, S12, "%d damages in different places are all reported at LSN %s", reported, places);
        tried(cases);
    }

    @Test
    void s12_aStoreIsNeverTakenForAnEmptyOne() throws IOException {
        Stage stage = stage();
        List<Found> appended = Stage.appendMixed(stage.store(), 10, 1);
        stage.store().close();
        stage.forget();
        Broken.unlessThrown(IOException.class, S12, "opening a store that is there in mode " + OpenMode.CREATE_NEW, () -> {
            LogStructuredStore opened = stage.open(stage.options().toBuilder().openMode(OpenMode.CREATE_NEW).build());
            return opened.stableLsn();
        });
        stage.forget();
        Broken.unless(Stage.scan(stage.store()).equals(appended), S12, "a refused opening changed the store");
        Stage empty = stage();
        Broken.unlessThrown(IOException.class, S12, "opening nothing in mode " + OpenMode.OPEN_EXISTING, () -> {
            LogStructuredStore opened = empty.open(empty.options().toBuilder().openMode(OpenMode.OPEN_EXISTING).build());
            return opened.stableLsn();
        });
        empty.forget();
        tried(2);
    }

    // ------------------------------------------------------------------------------------------- trim

    @Test
    @TakesLong
    void s13_aTrimIsDurableOnReturnAndTakesNothingAtOrAboveItsLsn() throws IOException {
        Stage stage = stage();
        List<Found> appended = new ArrayList<>();
        boolean crashes = stage.site().capabilities().containsAll(List.of(Capability.CRASH, Capability.DURABLE));
        for (int i = 0; i < 12; i++) {
            appended.addAll(Stage.appendMixed(stage.store(), 40, i));
            LogStructuredStore store = stage.store();
            store.sync();
            long lsn = i % 4 == 3 ? store.stableLsn() : appended.get(appended.size() / 2).lsn();
            List<Found> gone = appended.stream().filter(each -> each.lsn() < lsn).toList();
            appended.removeAll(gone);
            store.trimBefore(lsn);
            checkTrim(store, lsn, appended, gone);
            store = crashes && i % 2 == 0 ? stage.crash() : stage.reopen();
            checkTrim(store, lsn, appended, gone);
        }
        tried(24);
    }

    private static void checkTrim(LogStructuredStore store, long lsn, List<Found> kept, List<Found> gone) throws IOException {
        Broken.unless(store.beginLsn() == lsn, S13, "trimmed to LSN %d, the log begins at LSN %d", lsn, store.beginLsn());
        List<Found> found = Stage.scan(store);
        Broken.unless(found.equals(kept), S13, "trimmed to LSN %d, %d records are there instead of %d, or other bytes", lsn, found.size(), kept.size());
        for (Found each : gone) {
            ReadOutcome.Status status = Broken.ifThrown(
                    S13, "a read of trimmed LSN " + each.lsn(), () -> store.read(each.lsn(), MemorySegment.ofArray(new byte[8])).status());
            Broken.unless(status == ReadOutcome.Status.TRIMMED, S13, "a read of LSN %d gives %s, the log begins at LSN %d", each.lsn(), status, lsn);
        }
    }

    @Test
    void s13_trimmedSpaceComesBack() throws IOException {
        Stage stage = stage();
        need(stage, Capability.LIMITED_SPACE);
        LogStructuredStore store = stage.store();
        store.awaitStable(store.append(new byte[10]));
        stage.site().limitSpace(6 * segment());
        for (int i = 0; i < 40 * segment() / 5000; i++) {
            long lsn = appendWhenThereIsSpace(store, Stage.payload(5000, i));
            if (i % 10 == 9) {
                store.awaitStable(lsn);
                store.trimBefore(lsn);
            }
        }
        store.sync();
        tried(40);
    }

    /** A medium may take a moment to give back what was deleted; patience ends it if it never does. */
    private static long appendWhenThereIsSpace(LogStructuredStore store, byte[] payload) throws IOException {
        while (true) {
            try {
                return store.append(payload);
            } catch (StoreFullException e) {
                Broken.unless(!Thread.currentThread().isInterrupted(), S13, "trimmed space does not come back: %s", e);
                Thread.onSpinWait();
            }
        }
    }

    // ------------------------------------------------------------------------------------------- root

    @Test
    @TakesLong
    void s14_theRootIsDurableOnReturnAndWholeWheneverTheMachineStops() throws IOException {
        Stage stage = stage();
        boolean crashes = stage.site().capabilities().containsAll(List.of(Capability.CRASH, Capability.DURABLE));
        boolean during = crashes && stage.site().capabilities().contains(Capability.CRASH_DURING);
        Broken.unless(stage.store().root().length == 0, S14, "a new store has a root of %d bytes", stage.store().root().length);
        byte[] set = {};
        for (int i = 1; i <= 40; i++) {
            byte[] before = set;
            byte[] next = Stage.payload(i == 7 ? LogStructuredStore.MAX_ROOT_LENGTH : 1 + i * 53 % 900, i);
            LogStructuredStore store = stage.store();
            boolean cut = during && i % 2 == 0;
            if (cut) {
                stage.site().crashDuring(1 + i / 2 % 3);
            }
            boolean returned = true;
            try {
                store.setRoot(next.clone());
            } catch (IOException e) {
                returned = false;
            }
            Broken.unless(returned || cut, S14, "a root could not be set");
            if (returned) {
                Broken.unless(Arrays.equals(store.root(), next), S14, "the root is not what was set");
            }
            store = Broken.ifThrown(S14, "opening after a root was set", () -> crashes ? stage.crash() : stage.reopen());
            byte[] found = store.root();
            boolean right = Arrays.equals(found, next) || !returned && Arrays.equals(found, before);
            Broken.unless(right, S14, "a root of %d bytes was %s, found after that are %d bytes, before were %d", next.length,
                    returned ? "set" : "being set", found.length, before.length);
            set = found;
        }
        tried(40);
    }

    @Test
    void s14_theRootIsACopy() throws IOException {
        LogStructuredStore store = stage().store();
        byte[] mine = {1, 2, 3};
        store.setRoot(mine);
        mine[0] = 9;
        store.root()[1] = 9;
        Broken.unless(Arrays.equals(store.root(), new byte[] {1, 2, 3}), S14, "the root is an array that callers can change");
    }
}

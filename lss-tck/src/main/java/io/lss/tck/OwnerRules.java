package io.lss.tck;

import static io.lss.tck.Rule.F12;
import static io.lss.tck.Rule.F14;
import static io.lss.tck.Rule.F7;

import io.lss.api.StoreFullException;
import io.lss.api.StoreLockedException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** F7, F12, F14, and the part of F4 that is about space: owners, the end of a device, breaches. */
abstract class OwnerRules extends MediumRules {

    @Test
    void f7_ofTwoOwnersOneAtMostCanChangeAnything() throws IOException {
        Site site = site();
        Device first = openDevice(site);
        Segment segment = first.create(1, segment());
        for (int i = 0; i < 3; i++) {
            Device second;
            try {
                second = openDevice(site);
            } catch (StoreLockedException refused) {
                String message = String.valueOf(refused.getMessage());
                Broken.unless(message.length() > 10, F7, "the refusal does not name the owner: %s", refused);
                continue;
            }
            fenced(first, segment);
            second.close();
            tried(1);
            return;
        }
        Outcome.write(first, segment, filled(first, buffer(), 1), 0, true).await();
        first.writeRoot(0, new byte[] {1});
        Broken.unless(holds(segment, 0, buffer(), 1), F7, "a refused opening harmed the owner");
        segment.close();
        first.close();
        Broken.ifThrown(F7, "opening after the owner has closed", () -> openDevice(site)).close();
        tried(4);
    }

    @Test
    void f7_aDeadOwnerDoesNotBlockAndChangesNothingMore() throws IOException {
        Site site = site();
        needs(site, Capability.CRASH);
        Device dead = openDevice(site);
        Segment segment = dead.create(1, segment());
        Outcome.write(dead, segment, filled(dead, buffer(), 1), 0, true).await();
        dead.writeRoot(0, new byte[] {1});
        URI before = site.location();
        site.crash();
        Device next = Broken.ifThrown(F7, "opening after the owner has died", () -> openDevice(site));
        next.writeRoot(0, new byte[] {2});
        if (site.location().equals(before)) { // else the dead one is somewhere else
            fenced(dead, segment);
        }
        long[] segments = next.segments();
        Broken.unless(next.readRoot(0).filter(root -> root[0] == 2).isPresent(), F7, "a root write of a dead owner landed after a later opening");
        Broken.unless(segments.length <= 1, F7, "a dead owner has created a segment after a later opening: %s", Arrays.toString(segments));
        closeQuietly(dead);
        next.close();
        tried(2);
    }

    /** Whatever an owner that was followed by another one tries to change, fails. */
    static void fenced(Device former, Segment segment) {
        fenced("create", () -> former.create(50, 1 << 20));
        fenced("delete", () -> {
            former.delete(1);
            return null;
        });
        fenced("writeRoot", () -> {
            former.writeRoot(0, new byte[] {3});
            return null;
        });
        fenced("a write", () -> Outcome.write(former, segment, former.allocate(former.traits().blockSize()), 0, true).await());
    }

    private static void fenced(String what, Broken.Call call) {
        try {
            Object came = call.run();
            throw new AssertionError(F7 + ": " + what + " of an owner that was followed by another one succeeds: " + came);
        } catch (Exception e) {
            Broken.unless(e.getMessage() != null, F7, "%s of an owner that was followed by another one fails without a word", what);
        }
    }

    // ------------------------------------------------------------------------------------------- the end

    @Test
    void f12_closeCompletesWhatIsInFlight() throws IOException {
        int cases = 10;
        for (int round = 0; round < cases; round++) {
            Site site = site();
            Device device = openDevice(site);
            Segment segment = device.create(1, segment());
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < BUFFERS; i++) {
                outcomes.add(Outcome.write(device, segment, filled(device, buffer(), i), (long) i * buffer(), i % 2 == 0));
            }
            outcomes.add(Outcome.sync(device, segment));
            if (round % 2 == 0) {
                device.submit();
            }
            device.close();
            for (Outcome each : outcomes) {
                Broken.unless(each.isDone(), F12, "an operation in flight at the close has not completed when it returns");
            }
        }
        tried(cases);
    }

    @Test
    void f12_afterCloseEverythingFailsAndASecondCloseDoesNothing() throws IOException {
        Site site = site();
        Device device = openDevice(site);
        Segment segment = written(device, 1, 1, 0);
        MemorySegment memory = device.allocate(buffer());
        device.close();
        device.close();
        refused("a read", () -> segment.read(MemorySegment.ofArray(new byte[8]), 0));
        refused("create", () -> device.create(2, segment()));
        refused("open", () -> device.open(1));
        refused("segments", device::segments);
        refused("readRoot", () -> device.readRoot(0));
        refused("writeRoot", () -> {
            device.writeRoot(0, new byte[1]);
            return null;
        });
        refused("delete", () -> {
            device.delete(1);
            return null;
        });
        ReadRequest request = new ReadRequest(segment, MemorySegment.ofArray(new byte[8]), 0);
        device.readAll(List.of(request));
        refused("a read in a batch", request::bytes);
        refused("a write", () -> Outcome.write(device, segment, memory, buffer(), true).await());
        refused("a sync", () -> Outcome.sync(device, segment).await());
        device.submit();
        device.wakeup();
        Broken.unless(device.drive(1) == 0, F12, "drive of a closed device completed something");
        Broken.unless(device.traits().depth() >= 1, F12, "a closed device has no traits");
        Device next = openDevice(site);
        Broken.unless(next.segments().length == 1, F12, "an operation on a closed device had an effect");
        tried(10);
    }

    private static void refused(String what, Broken.Call call) {
        Broken.unlessThrown(IOException.class, F12, what + " after close", call);
    }

    // ------------------------------------------------------------------------------------------- space, breaches

    @Test
    void f4_wantOfSpaceAtCreateIsNoFailureAndEndsWhenThereIsSpace() throws IOException {
        Site site = site();
        needs(site, Capability.LIMITED_SPACE);
        Device device = openDevice(site);
        Segment kept = written(device, 1, 1, 7);
        site.limitSpace(0);
        for (int i = 0; i < 3; i++) {
            Broken.unlessThrown(StoreFullException.class, Rule.F4, "create without space", () -> device.create(2, segment()));
        }
        Broken.unless(device.segments().length == 1, Rule.F4, "a create that found no space left a segment");
        Broken.unless(holds(kept, 0, buffer(), 7), Rule.F4, "a create that found no space harmed another segment");
        site.limitSpace(Long.MAX_VALUE);
        Segment second = Broken.ifThrown(Rule.F4, "create when there is space again", () -> device.create(2, segment()));
        Outcome.write(device, second, filled(device, buffer(), 8), 0, true).await();
        second.close();
        kept.close();
        tried(4);
    }

    @Test
    void f14_aBreachIsAnsweredByAFailureAndNeverBySuccess() throws IOException {
        Site site = site();
        Device device = openDevice(site);
        int block = device.traits().blockSize();
        Segment segment = written(device, 1, 1, 1);
        MemorySegment memory = filled(device, buffer(), 2);
        breach("a write at a position that is no multiple of the block size", () -> Outcome.write(device, segment, memory, buffer() + 1, true).await());
        breach("a write at a negative position", () -> Outcome.write(device, segment, memory, -block, true).await());
        breach("a write whose length is no multiple of the block size", () -> Outcome.write(device, segment, memory.asSlice(0, 1), buffer(), true).await());
        breach("a write of nothing", () -> Outcome.write(device, segment, memory.asSlice(0, 0), buffer(), true).await());
        breach("a write beyond the end", () -> Outcome.write(device, segment, memory, segment(), true).await());
        breach("a root that is too long", () -> {
            device.writeRoot(0, new byte[4097]);
            return null;
        });
        breach("a third root copy", () -> {
            device.writeRoot(2, new byte[1]);
            return null;
        });
        breach("opening a segment that is not there", () -> device.open(77));
        breach("a second segment of one number", () -> device.create(1, segment()));
        Broken.unless(holds(segment, 0, buffer(), 1), F14, "a breach changed what was written");
        segment.close();
        Segment opened = device.open(1);
        breach("a write to a segment that was opened", () -> Outcome.write(device, opened, memory, 2L * buffer(), true).await());
        opened.close();
        tried(10);
    }

    private static void breach(String what, Broken.Call call) {
        try {
            Object came = call.run();
            throw new AssertionError(F14 + ": " + what + " succeeds: " + came);
        } catch (IOException | RuntimeException e) {
            Broken.unless(e.getMessage() != null, F14, "%s fails without a word: %s", what, e);
        } catch (Exception e) {
            throw new AssertionError(F14 + ": " + what + " throws " + e, e);
        }
    }
}

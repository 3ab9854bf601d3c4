package io.lss.tck;

import static io.lss.tck.Rule.F10;
import static io.lss.tck.Rule.F11;
import static io.lss.tck.Rule.F3;
import static io.lss.tck.Rule.F9;

import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** F3, F9, F10, F11: what is on the medium, whatever becomes of the owner. */
abstract class MediumRules extends TransferRules {

    @Test
    void f3_whatWasWrittenAndSyncedIsThereForTheNextOwner() throws IOException {
        Site site = site();
        Device device = openDevice(site);
        Segment segment = device.create(7, segment());
        Outcome.write(device, segment, filled(device, buffer(), 1), 0, true).await();
        Outcome.write(device, segment, filled(device, buffer(), 2), buffer(), false).await();
        Outcome.sync(device, segment).await();
        segment.close();
        device.close();
        Device next = openDevice(site);
        Segment found = next.open(7);
        Broken.unless(holds(found, 0, buffer(), 1) && holds(found, buffer(), buffer(), 2), F3, "what was written and synced is not there for the next owner");
        Outcome.sync(next, found).await();
        found.close();
        tried(2);
    }

    @Test
    @TakesLong
    void f3_whatIsDurableSurvivesAStopOfTheMachine() throws IOException {
        Site site = site();
        needs(site, Capability.CRASH, Capability.DURABLE, Capability.POWER_CUT);
        int cases = 24;
        // Drawn, and not in turn: a site that takes turns, too, would let the same ones survive always.
        SplittableRandom random = new SplittableRandom(11);
        drawnFrom(11);
        boolean[] durables = new boolean[cases + 1];
        for (int i = 1; i <= cases; i++) {
            Device device = openDevice(site);
            boolean durable = random.nextBoolean();
            durables[i] = durable;
            Segment segment = device.create(i, segment());
            int writes = 1 + i % 3;
            for (int each = 0; each < writes; each++) {
                Outcome.write(device, segment, filled(device, buffer(), i * 10L + each), (long) each * buffer(), durable).await();
            }
            if (!durable) {
                Outcome.sync(device, segment).await();
            }
            if (i % 3 == 0) {
                segment.write(filled(device, buffer(), 5), (long) writes * buffer(), true, (_, _) -> {}); // nobody waits for it
                device.submit();
            }
            site.crash();
            closeQuietly(device);
            Device next = openDevice(site);
            for (int number = 1; number <= i; number++) {
                Segment found = openOrFail(next, number);
                for (int each = 0; each < 1 + number % 3; each++) {
                    Broken.unless(
                            holds(found, (long) each * buffer(), buffer(), number * 10L + each),
                            F3, "write %d of segment %d, %s, does not survive a stop of the machine", each, number,
                            durables[number] ? "durable" : "synced");
                }
                found.close();
            }
            next.close();
        }
        tried(cases);
    }

    private static Segment openOrFail(Device device, long number) {
        return Broken.ifThrown(F9, "opening segment " + number + ", which was created,", () -> device.open(number));
    }

    // ------------------------------------------------------------------------------------------- names and roots

    @Test
    void f9_segmentsAndRootsAreThereForTheNextOwner() throws IOException {
        Site site = site();
        Device device = openDevice(site);
        Broken.unless(device.segments().length == 0, F11, "a new device lists segments: %s", Arrays.toString(device.segments()));
        for (int copy = 0; copy < 2; copy++) {
            Broken.unless(device.readRoot(copy).isEmpty(), F9, "a new device has a root");
        }
        for (long number : new long[] {1, 2, 3, 10, 16, 17, 33, 100, 1_000_000}) {
            device.create(number, segment()).close();
        }
        device.delete(2);
        device.delete(2); // not an error
        device.delete(99);
        device.writeRoot(0, bytes(100, 1));
        device.writeRoot(1, bytes(4096, 2));
        device.writeRoot(0, bytes(4000, 3));
        checkNames(device, new long[] {1, 3, 10, 16, 17, 33, 100, 1_000_000});
        device.close();
        Device next = openDevice(site);
        checkNames(next, new long[] {1, 3, 10, 16, 17, 33, 100, 1_000_000});
        Broken.unless(isRoot(next, 0, bytes(4000, 3)) && isRoot(next, 1, bytes(4096, 2)), F9, "a root copy is not what was written last");
        tried(8);
    }

    private static byte[] bytes(int length, long seed) {
        return Arrays.copyOf(Stage.payload(length, seed), length);
    }

    private static boolean isRoot(Device device, int copy, byte[] expected) throws IOException {
        Optional<byte[]> found = device.readRoot(copy);
        return found.isPresent() && Arrays.equals(found.get(), expected);
    }

    private static void checkNames(Device device, long[] expected) throws IOException {
        long[] found = device.segments();
        Broken.unless(Arrays.equals(found, expected), F11, "there are segments %s, listed are %s", Arrays.toString(expected), Arrays.toString(found));
        for (long each : found) {
            openOrFail(device, each).close();
        }
    }

    @Test
    @TakesLong
    void f9_createDeleteAndRootsAreDurableOnReturn() throws IOException {
        Site site = site();
        needs(site, Capability.CRASH, Capability.DURABLE, Capability.POWER_CUT);
        long[] expected = {};
        byte[][] roots = new byte[2][];
        int cases = 30;
        for (int i = 1; i <= cases; i++) {
            Device device = openDevice(site);
            switch (i % 3) {
                case 0 -> {
                    device.delete(expected[0]);
                    expected = Arrays.copyOfRange(expected, 1, expected.length);
                }
                case 1 -> {
                    device.create(i, segment()).close();
                    expected = Arrays.copyOf(expected, expected.length + 1);
                    expected[expected.length - 1] = i;
                }
                default -> {
                    roots[i % 2] = bytes(1 + i * 97 % 4096, i);
                    device.writeRoot(i % 2, roots[i % 2].clone());
                }
            }
            site.crash();
            closeQuietly(device);
            Device next = openDevice(site);
            long[] found = next.segments();
            Broken.unless(Arrays.equals(found, expected), F9, "segments %s were there, after a stop of the machine %s are", Arrays.toString(expected),
                    Arrays.toString(found));
            for (int copy = 0; copy < 2; copy++) {
                Broken.unless(roots[copy] == null || isRoot(next, copy, roots[copy]), F9, "root copy %d is not what was written before the machine stopped",
                        copy);
            }
            next.close();
        }
        tried(cases);
    }

    @Test
    @TakesLong
    void f9_aStopInTheMiddleOfARootWriteLeavesTheOtherCopyAsItWas() throws IOException {
        Site site = site();
        needs(site, Capability.CRASH_DURING, Capability.DURABLE);
        Device first = openDevice(site);
        first.writeRoot(0, bytes(3000, 1));
        first.writeRoot(1, bytes(3000, 2));
        first.close();
        byte[][] roots = {bytes(3000, 1), bytes(3000, 2)};
        int cases = 20;
        for (int i = 0; i < cases; i++) {
            int copy = i % 2;
            Device device = openDevice(site);
            site.crashDuring(1);
            byte[] next = bytes(3000, 10 + i);
            Broken.unlessThrown(IOException.class, F9, "a root write in which the machine stops", () -> {
                device.writeRoot(copy, next);
                return null;
            });
            site.crash();
            closeQuietly(device);
            Device after = openDevice(site);
            Broken.unless(isRoot(after, 1 - copy, roots[1 - copy]), F9, "a stop while root copy %d was written changed copy %d", copy, 1 - copy);
            after.writeRoot(copy, next);
            roots[copy] = next;
            after.close();
        }
        tried(cases);
    }

    /** What readRoot has returned once survives: a killed owner may have left it in a cache, and recovery overwrites the other copy in trust of it. */
    @Test
    @TakesLong
    void f9_aRootThatWasReadIsDurableWhoeverWroteIt() throws IOException {
        Site site = site();
        needs(site, Capability.CRASH, Capability.CRASH_DURING, Capability.LATE_WRITES, Capability.POWER_CUT, Capability.DURABLE);
        int cases = 20;
        for (int i = 1; i <= cases; i++) {
            Device device = openDevice(site);
            site.crashDuring(1);
            byte[] next = bytes(500, i);
            Broken.unlessThrown(IOException.class, F9, "a root write in which the machine stops", () -> {
                device.writeRoot(0, next);
                return null;
            });
            site.kill();
            closeQuietly(device);
            Device second = openDevice(site);
            Optional<byte[]> read = second.readRoot(0);
            site.crash();
            closeQuietly(second);
            Device third = openDevice(site);
            Broken.unless(Arrays.equals(read.orElse(null), third.readRoot(0).orElse(null)), F9,
                    "a root that was read after its writer was killed is another after a power cut");
            third.close();
        }
        tried(cases);
    }

    @Test
    @TakesLong
    void f11_aSegmentThatWasNeverCompletelyCreatedIsNotListed() throws IOException {
        Site site = site();
        needs(site, Capability.CRASH_DURING);
        int cases = 20;
        for (int i = 1; i <= cases; i++) {
            Device device = openDevice(site);
            device.writeRoot(0, bytes(10, i));
            site.crashDuring(1);
            int number = i;
            Broken.unlessThrown(IOException.class, F11, "creating a segment in which the machine stops", () -> device.create(number, segment()));
            if (i % 2 == 0 && site.capabilities().contains(Capability.LATE_WRITES)) {
                site.kill();
            } else {
                site.crash();
            }
            closeQuietly(device);
            Device next = openDevice(site);
            for (long each : next.segments()) {
                Segment found = Broken.ifThrown(F11, "opening segment " + each + ", which is listed,", () -> next.open(each));
                found.close();
                next.delete(each);
            }
            next.close();
        }
        tried(cases);
    }

    /** Writes of a dead owner that land late must not hit a segment that was created since. */
    @Test
    @TakesLong
    void f10_aDeadOwnersLateWritesDoNotReachNewSegments() throws IOException {
        Site site = site();
        needs(site, Capability.LATE_WRITES);
        int cases = 12;
        for (int i = 0; i < cases; i++) {
            long number = 1 + i * 2L;
            Device device = openDevice(site);
            Segment segment = device.create(number, segment());
            for (int each = 0; each < BUFFERS; each++) {
                segment.write(filled(device, buffer(), 1000 + i), (long) each * buffer(), false, (_, _) -> {});
            }
            device.submit();
            site.kill();
            closeQuietly(device);
            Device next = openDevice(site);
            for (long each : next.segments()) {
                next.delete(each);
            }
            Segment fresh = next.create(number + 1, segment());
            for (int each = 0; each < BUFFERS; each++) {
                Outcome.write(next, fresh, filled(next, buffer(), i), (long) each * buffer(), true).await();
            }
            site.landLateWrites();
            for (int each = 0; each < BUFFERS; each++) {
                Broken.unless(holds(fresh, (long) each * buffer(), buffer(), i), F10, "a write of a dead owner landed in a segment that was created since");
            }
            fresh.close();
            next.delete(number + 1);
            next.close();
        }
        tried(cases);
    }

    @Test
    void f10_aReusedSegmentHoldsWhatIsWrittenToIt() throws IOException {
        Site site = site();
        Device device = openDevice(site);
        int cases = 8;
        for (int i = 1; i <= cases; i++) {
            Segment segment = written(device, i, i % 4 + 1, i * 10L);
            for (int each = 0; each < i % 4 + 1; each++) {
                Broken.unless(holds(segment, (long) each * buffer(), buffer(), i * 10L + each), F10, "segment %d, in space used before, has other bytes", i);
            }
            segment.finish((i % 4 + 1L) * buffer());
            segment.close();
            if (i > 1) {
                device.delete(i - 1);
            }
            MemorySegment found = MemorySegment.ofArray(new byte[buffer()]);
            Segment again = device.open(i);
            Broken.unless(again.read(found, 0) == buffer(), F10, "segment %d cannot be read when it is finished", i);
            again.close();
        }
        tried(cases);
    }
}

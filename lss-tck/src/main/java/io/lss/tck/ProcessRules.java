package io.lss.tck;

import static io.lss.tck.Rule.F7;
import static io.lss.tck.Rule.S11;
import static io.lss.tck.Rule.S2;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreLockedException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import io.lss.tck.Stage.Found;
import io.lss.tck.device.ChildJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** F7 and S11 with other processes, which are killed as {@code kill -9} does. */
abstract class ProcessRules extends OwnerRules {

    private static final int CYCLES = 4;
    private static final int ENOUGH = 60;

    abstract List<String> childFlags();

    @Test
    void f7_ofTwoProcessesOneAtMostCanChangeAnything() throws Exception {
        Site site = site();
        needs(site, Capability.PROCESSES);
        Device owner = openDevice(site);
        Segment segment = owner.create(1, segment());
        Process child = child(site, 0);
        try (BufferedReader lines = child.inputReader()) {
            String line = String.valueOf(lines.readLine());
            if (line.equals("open")) {
                fenced(owner, segment);
            } else {
                Broken.unless(line.startsWith("refused " + StoreLockedException.class.getName()), F7, "another process that opens what is open here says \"%s\"", line);
                owner.writeRoot(0, new byte[] {1});
            }
        } finally {
            child.destroyForcibly().onExit().join();
        }
        segment.close();
        closeQuietly(owner);
        tried(1);
    }

    @Test
    @TakesLong
    void s11_aKilledProcessLosesNothingThatWasAcknowledgedAndDoesNotBlock() throws Exception {
        Stage stage = stage();
        need(stage, Capability.PROCESSES);
        List<Found> before = List.of();
        Set<String> acknowledged = new HashSet<>();
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            acknowledged.addAll(killed(stage.site(), cycle));
            LogStructuredStore store = Broken.ifThrown(F7, "opening after the owner was killed", stage::store);
            List<Found> found = Stage.scan(store);
            Broken.unless(found.size() >= before.size() && found.subList(0, before.size()).equals(before), S11,
                    "what was recovered once is not there the next time");
            check(found, acknowledged);
            before = found;
            store.close();
            stage.forget();
        }
        tried(acknowledged.size());
    }

    /** {@return what a child has said to be stable before it was killed} */
    private Set<String> killed(Site site, int session) throws IOException {
        Set<String> told = new HashSet<>();
        Process child = child(site, session);
        try (BufferedReader lines = child.inputReader()) {
            String first = String.valueOf(lines.readLine());
            Broken.unless(first.equals("open"), F7, "a process cannot open the store: \"%s\"", first);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Broken.unless(line.startsWith("stable "), S11, "the store of another process failed: \"%s\"", line);
                if (line.split(" ").length == 5) { // else the kill cut it off
                    told.add(line);
                }
                if (told.size() == ENOUGH) {
                    child.toHandle().destroyForcibly(); // not the Process's own, which would close what is still to be read
                }
            }
        } finally {
            child.destroyForcibly().onExit().join();
        }
        return told;
    }

    private static void check(List<Found> found, Set<String> acknowledged) {
        Map<String, Integer> next = new HashMap<>();
        Set<String> there = new HashSet<>();
        for (Found each : found) {
            MemorySegment memory = MemorySegment.ofArray(each.payload());
            boolean whole = memory.byteSize() >= 12;
            int session = whole ? memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0) : -1;
            int thread = whole ? memory.get(ValueLayout.JAVA_INT_UNALIGNED, 4) : -1;
            int number = whole ? memory.get(ValueLayout.JAVA_INT_UNALIGNED, 8) : -1;
            boolean published = session > 0 && thread >= 0 && number >= 0 && Arrays.equals(each.payload(), ChildStore.record(session, thread, number));
            Broken.unless(published, S11, "%s was never published", each);
            int due = next.merge(session + "/" + thread, 1, Integer::sum) - 1;
            Broken.unless(number == due, number < due ? S2 : S11, "record %d of thread %d is found where record %d is due", number, thread, due);
            there.add("stable " + session + " " + thread + " " + number + " " + each.lsn());
        }
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(there);
        Broken.unless(lost.isEmpty(), S11, "acknowledged to another process, and lost when it was killed: %s", lost);
    }

    private Process child(Site site, int session) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"));
        command.addAll(childFlags());
        String path = Stream.of(System.getProperty("java.class.path", ""), System.getProperty("jdk.module.path", ""), ChildJvm.root(ChildStore.class).toString(),
                        ChildJvm.root(deviceProvider().getClass()).toString())
                .filter(part -> !part.isEmpty())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of("-cp", path, ChildStore.class.getName(), site.location().toString(), deviceProvider().name(), String.valueOf(session), String.valueOf(buffer())));
        deviceProperties().forEach((key, value) -> command.add(key + "=" + value));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}

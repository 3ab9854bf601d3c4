package io.lss.tck;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A program that opens a store as any user does, appends from two threads, and tells each record that is stable, until it is killed. */
final class ChildStore {

    /** How many threads append. */
    static final int THREADS = 2;

    private static final int LONGEST = 3000;

    private ChildStore() {}

    /**
     * The program.
     *
     * @param args the location, the provider's name, which session this is, the length of a flush buffer, and properties as {@code key=value}
     * @throws Exception if the store fails
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        StoreOptions.Builder options = StoreOptions.builder()
                .provider(args[1])
                .bufferSize(Integer.parseInt(args[3]))
                .buffers(StoreRules.BUFFERS)
                .segmentSize(4L * Integer.parseInt(args[3]))
                .linger(Duration.ZERO);
        for (int i = 4; i < args.length; i++) {
            String[] pair = args[i].split("=", 2);
            options.providerProperty(pair[0], pair[1]);
        }
        Thread.ofPlatform().daemon().start(ChildStore::endWithParent);
        LogStructuredStore store;
        try {
            store = LogStructuredStore.open(URI.create(args[0]), options.build());
        } catch (IOException e) {
            out.println("refused " + e);
            return;
        }
        out.println("open");
        List<Work<Object>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            all.add(Work.start(() -> append(store, Integer.parseInt(args[2]), thread, out)));
        }
        for (Work<Object> each : all) {
            out.println("ended " + each.get());
        }
    }

    /** Whoever started this holds its standard input open as long as it lives: nobody is left to append to a disk for ever. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // as at its end
        }
        Runtime.getRuntime().halt(2);
    }

    private static Object append(LogStructuredStore store, int session, int thread, PrintStream out) throws IOException {
        for (int number = 0; number < Integer.MAX_VALUE; number++) {
            long lsn = store.append(record(session, thread, number));
            if (number % 3 == 0) {
                store.awaitStable(lsn);
                out.println("stable " + session + " " + thread + " " + number + " " + lsn);
            }
        }
        return thread;
    }

    /** {@return the record of a session, a thread and a number, which says so} */
    static byte[] record(int session, int thread, int number) {
        byte[] bytes = Stage.payload(12 + (number * 389 + thread) % LONGEST, session * 1_000_003L + thread * 100_000_007L + number);
        MemorySegment memory = MemorySegment.ofArray(bytes);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, session);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, 4, thread);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, 8, number);
        return bytes;
    }
}

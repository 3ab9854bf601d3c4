package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.it.RealStore.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One store, several providers. What crashes do in between is the business of the fault harness, whose looks change providers. */
@Timeout(60)
class CrossProviderTest {

    @TempDir
    private Path temp;

    @Test
    void whatIsWrittenThroughOneProviderIsReadThroughTheOther() throws Exception {
        Assumptions.assumeTrue(RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        List<Found> all = new ArrayList<>();
        int session = 0;
        for (String provider : List.of("uring", "filechannel", "uring", "uring", "filechannel", "filechannel", "uring")) {
            try (LogStructuredStore store = LogStructuredStore.open(
                    temp.resolve("store"), RealStore.options().provider(provider).build())) {
                assertEquals(provider, store.provider());
                assertEquals(all, RealStore.scan(store));
                all.addAll(RealStore.appendMixed(store, 200, session++));
                store.sync();
                for (Found found : all.subList(Math.max(0, all.size() - 50), all.size())) {
                    RealStore.assertReads(store, found);
                }
            }
        }
    }

    @Test
    void whereIoUringCannotBeHadFileChannelIsTakenAndTheReasonIsOnRecord() throws Exception {
        String old = System.setProperty("io.lss.uring.library", temp.resolve("none.so").toString());
        try {
            try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"))) {
                assertEquals("filechannel", store.provider());
                String reason = String.valueOf(store.rejectedProviders().get("uring"));
                assertTrue(reason.contains("none.so cannot be loaded"), reason);
            }
            var refused = assertThrows(
                    NoProviderException.class,
                    () -> LogStructuredStore.open(temp.resolve("store"), RealStore.options().provider("uring").build()));
            assertTrue(refused.toString().contains("none.so cannot be loaded"), refused.toString());
        } finally {
            if (old == null) {
                System.clearProperty("io.lss.uring.library");
            } else {
                System.setProperty("io.lss.uring.library", old);
            }
        }
    }
}

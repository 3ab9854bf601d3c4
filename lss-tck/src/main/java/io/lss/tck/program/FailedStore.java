package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreFailedException;
import java.io.IOException;
import java.util.function.Consumer;

/** What a store that has failed must do: it moves no watermark and takes no append, but it can be read. */
final class FailedStore {

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private FailedStore() {}

    static void check(LogStructuredStore failed, LogModel model, StoreFailedException failure, Consumer<IOException> onReadFailure) {
        long stableThen = failed.stableLsn();
        long writtenThen = failed.writtenLsn();
        if (failure.stableLsn() > stableThen) {
            throw new ViolationException("S6: the failure says stable up to " + failure.stableLsn() + ", the store " + stableThen);
        }
        mustFail("append", () -> failed.append(new byte[] {1}));
        mustFail("sync or wait", () -> {
            failed.sync();
            for (LogModel.Entry each : model.publishedFrom(stableThen)) {
                failed.awaitStable(each.lsn());
            }
            throw new StoreFailedException("nothing was left to wait for", 0, null);
        });
        for (LogModel.Entry each : model.publishedFrom(model.begin())) {
            try {
                if (each.lsn() < stableThen) {
                    CheckedReads.read(failed, model, each);
                }
            } catch (IOException e) {
                onReadFailure.accept(e);
            }
        }
        if (failed.stableLsn() != stableThen || failed.writtenLsn() != writtenThen) {
            throw new ViolationException("S6: a watermark of a failed store moved");
        }
    }

    private static void mustFail(String what, Action action) {
        try {
            action.run();
        } catch (StoreFailedException e) {
            return;
        } catch (IOException e) {
            throw new ViolationException("S6: " + what + " on a failed store throws " + e, e);
        }
        throw new ViolationException("S6: " + what + " succeeds on a failed store");
    }
}

package io.lss.bench.scenario;

import io.lss.bench.run.Contender;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A contender that works on one {@link FilledStore}, made for its first measurement and removed with it. */
abstract class OnFilledStore implements Contender {

    private final Setting setting;
    private final String what;
    private @Nullable FilledStore filled;

    /** One that does, in words for the record, {@code what}. */
    OnFilledStore(Setting setting, String what) {
        this.setting = setting;
        this.what = what;
    }

    @Override
    public final String name() {
        return setting.name();
    }

    @Override
    public final String flags() {
        return "provider " + setting.provider() + ", " + setting.mebibytes() + " MiB in records of " + Setting.RECORD + " bytes, " + what;
    }

    final Setting setting() {
        return setting;
    }

    /** {@return the store; one that was made just now is opened again, so that nothing of it is left in memory} */
    final FilledStore filled() throws IOException {
        FilledStore there = filled;
        if (there == null) {
            there = new FilledStore(setting).reopened();
            filled = there;
        }
        return there;
    }

    @Override
    public final void close() throws IOException {
        if (filled != null) {
            filled.close();
        }
    }
}

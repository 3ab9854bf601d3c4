package io.lss.core.salvage;

/** Passes on what is found, clipped at the begin of the log, and counts it. */
final class Account {

    private final SalvageObserver observer;
    private final long begin;
    private long losses;
    private long acknowledged;
    private long lostBytes;
    private long repairs;

    Account(SalvageObserver observer, long begin) {
        this.observer = observer;
        this.begin = begin;
    }

    /** Tells a loss, unless all of it is below the begin of the log. */
    void lost(Loss loss) {
        if (loss.endLsn() <= begin) {
            return;
        }
        long cut = Math.max(0, begin - loss.lsn());
        Loss told = cut == 0
                ? loss
                : new Loss(
                        loss.lsn() + cut,
                        loss.endLsn(),
                        loss.segment(),
                        loss.position() + cut,
                        -1,
                        loss.acknowledged(),
                        loss.reason());
        losses++;
        acknowledged += told.acknowledged() ? 1 : 0;
        lostBytes += told.bytes();
        observer.lost(told);
    }

    void repaired(Repair repair) {
        repairs++;
        observer.repaired(repair);
    }

    void note(String text) {
        observer.note(text);
    }

    void progress(long lsn) {
        observer.progress(lsn);
    }

    long losses() {
        return losses;
    }

    long acknowledged() {
        return acknowledged;
    }

    long lostBytes() {
        return lostBytes;
    }

    long repairs() {
        return repairs;
    }
}
